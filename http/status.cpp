// The one table from error codes to HTTP statuses.
#include "http/status.hpp"

#include <boost/beast/http/status.hpp>

namespace millrace::http {

int http_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_json:
      return 400;
    case ErrorCode::too_large:
      return 413;
    case ErrorCode::validation:
      return 422;
    case ErrorCode::expression:
      return 422;
    case ErrorCode::configuration:
      return 422;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::method_not_allowed:
      return 405;
    case ErrorCode::not_published:
      return 409;
    case ErrorCode::version_conflict:
      return 409;
    case ErrorCode::unauthorized:
      return 401;
    case ErrorCode::forbidden:
      return 403;
    case ErrorCode::invalid_cursor:
      return 400;
    case ErrorCode::idempotency_mismatch:
      return 422;
    case ErrorCode::idempotency_pending:
      return 409;
    case ErrorCode::rate_limited:
      return 429;
    case ErrorCode::busy:
      return 429;
    case ErrorCode::unavailable:
      return 503;
    case ErrorCode::timeout:
      return 504;
    case ErrorCode::cancelled:
      return 503;
    case ErrorCode::egress_refused:
      return 422;
    case ErrorCode::communication:
      return 502;
    case ErrorCode::storage:
      return 503;
    case ErrorCode::corrupt:
      return 500;
    case ErrorCode::internal:
      return 500;
  }
  return 500;
}

bool wants_retry_after(int status) { return status == 429 || status == 503; }

std::string_view reason_phrase(int status) {
  namespace beast = boost::beast::http;
  if (status < 100 || status > 599) return {};
  const auto known = beast::int_to_status(static_cast<unsigned>(status));
  if (known == beast::status::unknown) return {};
  const auto phrase = beast::obsolete_reason(known);
  return {phrase.data(), phrase.size()};
}

}  // namespace millrace::http
