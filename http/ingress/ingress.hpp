// Where triggers come in that are no API calls: webhooks of flows, and inbound messages.
#pragma once

#include "http/router.hpp"
#include "http/services.hpp"

namespace millrace::http {

/// `/hooks/{flow}/{path...}` for every method, open; and `POST /v1/messages/inbound` behind the
/// bases of Orbit, for keys with executions:run. `services` outlives the router.
void add_ingress(Router& router, const Services& services);

}  // namespace millrace::http
