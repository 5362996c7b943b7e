// RFC 9457 problem details.
#include "http/problem.hpp"

#include "http/status.hpp"
#include "runtime/base/json.hpp"

namespace millrace::http {
namespace {

bool is_told(ErrorCode code) {
  return code != ErrorCode::internal && code != ErrorCode::storage && code != ErrorCode::corrupt;
}

}  // namespace

Response problem(const Request& request, const Error& error) {
  return problem(request, error, http_status(error.code));
}

Response problem(const Request& request, const Error& error, int status) {
  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  JsonObject body;
  body["type"] = "about:blank";
  body["title"] = std::string(reason_phrase(status));
  body["status"] = status;
  body["detail"] =
      is_told(error.code) ? error.message : "the server could not do this; see its log";
  body["code"] = std::string(to_string(error.code));
  if (!error.path.empty()) body["path"] = error.path;
  body["request_id"] = request.request_id;
  response.body = print_json(body);
  return response;
}

}  // namespace millrace::http
