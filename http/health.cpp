// /health and /ready.
#include "http/health.hpp"

#include "http/problem.hpp"
#include "runtime/base/limits.hpp"

namespace millrace::http {
namespace {

Response told(const Gateway& gateway, const char* status) {
  std::string body = std::string(R"({"status":")") + status + '"';
  if (gateway.paused()) body += R"(,"paused":true)";
  return Response{200, {}, "application/json", body + '}'};
}

Response ready_response(const Gateway& gateway, const Request& request) {
  std::string reason;
  if (gateway.ready(&reason)) return told(gateway, "ready");
  if (reason.empty()) reason = "not ready";
  return problem(request, Error{ErrorCode::unavailable, reason});
}

}  // namespace

void add_health_routes(Router& router, const Gateway& gateway) {
  const auto render = [](const Request& request, const Error& error, int status) {
    return problem(request, error, status);
  };
  router.add(
      {"GET", "/health", OpenAccess{},
       [&gateway](const MatchedPtr&, const Respond& respond) { respond(told(gateway, "ok")); },
       render});
  router.add({"GET", "/ready", OpenAccess{},
              [&gateway](const MatchedPtr& matched, const Respond& respond) {
                respond(ready_response(gateway, matched->request));
              },
              render});
}

}  // namespace millrace::http
