// A webhook of a published flow. The hot path: few allocations, one parse.
#pragma once

#include "http/router.hpp"
#include "http/services.hpp"

namespace millrace::http {

/// Open to everyone. An unknown flow, an unpublished one, another kind of trigger, another path and
/// another method are the same 404.
void take_hook(const Services& services, const MatchedPtr& matched, Respond respond);

}  // namespace millrace::http
