// Events start every published flow of the caller's workspace that waits for such.
#pragma once

#include "http/router.hpp"
#include "http/services.hpp"

namespace millrace::http {

/// `POST /v1/events`. Answered once, when every run has begun; an event that no flow waits for is
/// accepted and begins nothing. A flow whose filter fails does not start, and the log says so.
void take_events(const Services& services, const MatchedPtr& matched, Respond respond);

}  // namespace millrace::http
