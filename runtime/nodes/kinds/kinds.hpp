// Every kind of node, each behind one function; registry.cpp lists them.
#pragma once

#include "runtime/nodes/node_kind.hpp"

namespace millrace::kinds {

const NodeKind& trigger();
const NodeKind& set();
const NodeKind& transform();
const NodeKind& condition();
const NodeKind& switch_case();
const NodeKind& delay();
const NodeKind& http_request();
const NodeKind& send_message();
const NodeKind& respond();
const NodeKind& end();
const NodeKind& fail();
const NodeKind& log();
const NodeKind& note();
const NodeKind& group();
const NodeKind& join();
const NodeKind& parallel();

}  // namespace millrace::kinds
