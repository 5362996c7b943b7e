// Orbit's error envelope and codes.
#include "http/dialects/orbit/errors.hpp"

#include "http/auth.hpp"
#include "http/dialects/idempotency.hpp"
#include "http/dialects/json_writer.hpp"
#include "http/status.hpp"

namespace millrace::http::orbit {
namespace {

/// What a client sent is told back to it only up to here.
constexpr std::size_t shown_value_bytes_max = 1024;

std::string_view code_of(ErrorCode code, bool with_key) {
  switch (code) {
    case ErrorCode::invalid_json:
    case ErrorCode::validation:
    case ErrorCode::expression:
    case ErrorCode::configuration:
    case ErrorCode::egress_refused:
      return "VALIDATION_ERROR";
    case ErrorCode::too_large:
      return "PAYLOAD_TOO_LARGE";
    case ErrorCode::not_found:
      return "NOT_FOUND";
    case ErrorCode::method_not_allowed:
      return "METHOD_NOT_ALLOWED";
    case ErrorCode::not_published:
      return "FLOW_NOT_PUBLISHED";
    case ErrorCode::version_conflict:
      return "FLOW_VERSION_CONFLICT";
    case ErrorCode::unauthorized:
      return with_key ? "INVALID_API_KEY" : "UNAUTHORIZED";
    case ErrorCode::forbidden:
      return "INSUFFICIENT_PERMISSIONS";
    case ErrorCode::invalid_cursor:
      return "INVALID_CURSOR";
    case ErrorCode::idempotency_mismatch:
      return "IDEMPOTENCY_KEY_REUSED";
    case ErrorCode::idempotency_pending:
      return "IDEMPOTENCY_KEY_PENDING";
    case ErrorCode::rate_limited:
    case ErrorCode::busy:
      return "RATE_LIMITED";
    case ErrorCode::unavailable:
    case ErrorCode::storage:
      return "SERVICE_UNAVAILABLE";
    case ErrorCode::timeout:
      return "TIMEOUT";
    case ErrorCode::cancelled:
      return "CANCELLED";
    case ErrorCode::communication:
      return "BAD_GATEWAY";
    case ErrorCode::corrupt:
    case ErrorCode::internal:
      return "INTERNAL_ERROR";
  }
  return "INTERNAL_ERROR";
}

std::string field_details(std::string_view field, std::string_view value,
                          std::string_view expected) {
  JsonWriter json;
  json.open_object().key("field").text(field);
  json.key("value").raw(value.size() > shown_value_bytes_max ? "null" : value);
  return json.key("expected").text(expected).close_object().take();
}

/// What went wrong inside is for the log, not for the client.
bool untold(ErrorCode code) {
  return code == ErrorCode::internal || code == ErrorCode::corrupt || code == ErrorCode::storage;
}

bool is_over_quota(const Request& request) {
  return request.quota && request.quota->retry_after > 0;
}

std::string quota_details(const Quota& quota) {
  JsonWriter json;
  json.open_object().key("retry_after").number(quota.retry_after);
  json.key("limit").number(quota.limit).key("window").text("60s");
  return json.close_object().take();
}

bool wants_problem(const Request& request) {
  return request.header("accept").find("application/problem+json") != std::string_view::npos;
}

std::string problem_body(const AnswerMeta& meta, const OrbitError& error) {
  JsonWriter json;
  json.open_object().key("type").text("about:blank");
  json.key("title").text(reason_phrase(error.status)).key("status").number(error.status);
  json.key("detail").text(error.message).key("code").text(error.code);
  json.key("details").raw(error.details).key("request_id").text(meta.request_id);
  return json.close_object().take();
}

std::string envelope_body(const AnswerMeta& meta, const OrbitError& error) {
  JsonWriter json;
  json.open_object().key("error").open_object();
  json.key("code").text(error.code).key("message").text(error.message);
  json.key("status").number(error.status).key("details").raw(error.details).close_object();
  json.key("meta").open_object().key("request_id").text(meta.request_id);
  json.key("timestamp").text(meta.timestamp).key("docs_url").null().close_object();
  return json.close_object().take();
}

}  // namespace

OrbitError missing_field(std::string_view field, std::string_view expected) {
  return {422, "MISSING_REQUIRED_FIELD", std::string(field) + " is required",
          field_details(field, "null", expected)};
}

OrbitError wrong_field(std::string_view field, std::string_view value, std::string_view expected,
                       int status) {
  return {status, "VALIDATION_ERROR", std::string(field) + " must be " + std::string(expected),
          field_details(field, value, expected)};
}

OrbitError from_error(const Error& error, bool with_key) {
  return from_error(error, http_status(error.code), with_key);
}

OrbitError from_error(const Error& error, int status, bool with_key) {
  OrbitError told{status, std::string(code_of(error.code, with_key)),
                  untold(error.code) ? "something went wrong on our side" : error.message};
  if (!error.path.empty()) {
    told.details = JsonWriter().open_object().key("field").text(error.path).close_object().take();
  } else if (wants_retry_after(told.status)) {
    const auto seconds = std::chrono::seconds(limits::retry_after).count();
    told.details =
        JsonWriter().open_object().key("retry_after").number(seconds).close_object().take();
  }
  return told;
}

Response render(const Request& request, const OrbitError& error) {
  Response response;
  response.status = error.status;
  if (wants_retry_after(error.status)) {
    const auto seconds = is_over_quota(request) ? request.quota->retry_after
                                                : std::chrono::seconds(limits::retry_after).count();
    response.headers.emplace_back("Retry-After", std::to_string(seconds));
  }
  const AnswerMeta meta = meta_of(request);
  if (wants_problem(request)) {
    response.content_type = "application/problem+json";
    response.body = problem_body(meta, error);
  } else {
    response.body = envelope_body(meta, error);
  }
  return response;
}

Response render_error(const Request& request, const Error& error) {
  return render_error_as(request, error, http_status(error.code));
}

Response render_error_as(const Request& request, const Error& error, int status) {
  const bool with_key = !presented_key(request).empty();
  OrbitError told = from_error(error, status, with_key);
  if (is_over_quota(request)) told.details = quota_details(*request.quota);
  return render(request, told);
}

}  // namespace millrace::http::orbit
