// An inbound message starts every published flow of the caller's workspace that waits for such
// messages.
#pragma once

#include "http/router.hpp"
#include "http/services.hpp"

namespace millrace::http {

/// Answered once, when every run has begun. If one was refused the whole call is: sending the
/// message again begins what is missing and nothing else.
void take_message(const Services& services, const MatchedPtr& matched, Respond respond);

}  // namespace millrace::http
