// Where exceptions of an actor end, and what becomes of mail that nobody expects. CAF's own
// defaults for all of these print to standard output and go on.
#pragma once

#include "runtime/base/error.hpp"

#include <caf/scheduled_actor.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <functional>

namespace millrace::actors {

/// The exception as text, for the log.
Error error_of(const std::exception_ptr& exception);

/// `on_exception` runs once, on the actor's thread, before the actor ends.
void guard(caf::scheduled_actor* self, std::function<void(const Error&)> on_exception);

}  // namespace millrace::actors
