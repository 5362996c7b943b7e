// Names of the error codes, and the exception of last resort.
#include "runtime/base/error.hpp"

#include <boost/throw_exception.hpp>

#include <stdexcept>

namespace millrace {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_json:
      return "invalid_json";
    case ErrorCode::too_large:
      return "too_large";
    case ErrorCode::validation:
      return "validation";
    case ErrorCode::expression:
      return "expression";
    case ErrorCode::configuration:
      return "configuration";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::method_not_allowed:
      return "method_not_allowed";
    case ErrorCode::not_published:
      return "not_published";
    case ErrorCode::version_conflict:
      return "version_conflict";
    case ErrorCode::unauthorized:
      return "unauthorized";
    case ErrorCode::forbidden:
      return "forbidden";
    case ErrorCode::invalid_cursor:
      return "invalid_cursor";
    case ErrorCode::idempotency_mismatch:
      return "idempotency_mismatch";
    case ErrorCode::idempotency_pending:
      return "idempotency_pending";
    case ErrorCode::rate_limited:
      return "rate_limited";
    case ErrorCode::busy:
      return "busy";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::timeout:
      return "timeout";
    case ErrorCode::cancelled:
      return "cancelled";
    case ErrorCode::egress_refused:
      return "egress_refused";
    case ErrorCode::communication:
      return "communication";
    case ErrorCode::storage:
      return "storage";
    case ErrorCode::corrupt:
      return "corrupt";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
  std::string text = "unexpected error ";
  text.append(to_string(error.code)).append(": ").append(error.message);
  boost::throw_exception(std::logic_error(text), where);
}

}  // namespace millrace
