// Two native routes for whoever watches the process: is it alive, and may it be sent work.
#pragma once

#include "http/router.hpp"
#include "runtime/ports/gateway.hpp"

namespace millrace::http {

/// `GET /health`: 200 `{"status":"ok"}` as long as the process answers at all. `GET /ready`: 200
/// `{"status":"ready"}`, else 503 with Retry-After and the gateway's reason. Both open. `gateway`
/// outlives the router.
void add_health_routes(Router& router, const Gateway& gateway);

}  // namespace millrace::http
