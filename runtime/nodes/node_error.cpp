// Error classes, the error object of the contract, and the translation of every error of the house
// into it.
#include "runtime/nodes/node_error.hpp"

#include <algorithm>
#include <array>

namespace millrace {
namespace {

struct ClassName {
  ErrorClass error_class;
  std::string_view name;
};
constexpr std::array class_names{
    ClassName{ErrorClass::configuration, "configuration"},
    ClassName{ErrorClass::validation, "validation"},
    ClassName{ErrorClass::expression, "expression"},
    ClassName{ErrorClass::authentication, "authentication"},
    ClassName{ErrorClass::authorization, "authorization"},
    ClassName{ErrorClass::timeout, "timeout"},
    ClassName{ErrorClass::communication, "communication"},
    ClassName{ErrorClass::rate_limited, "rate_limited"},
    ClassName{ErrorClass::not_found, "not_found"},
    ClassName{ErrorClass::cancelled, "cancelled"},
    ClassName{ErrorClass::runtime, "runtime"},
};

ErrorClass class_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::expression:
      return ErrorClass::expression;
    case ErrorCode::invalid_json:
    case ErrorCode::too_large:
    case ErrorCode::validation:
      return ErrorClass::validation;
    case ErrorCode::configuration:
    case ErrorCode::egress_refused:
      return ErrorClass::configuration;
    case ErrorCode::not_found:
    case ErrorCode::not_published:
      return ErrorClass::not_found;
    case ErrorCode::unauthorized:
      return ErrorClass::authentication;
    case ErrorCode::forbidden:
      return ErrorClass::authorization;
    case ErrorCode::rate_limited:
    case ErrorCode::busy:
      return ErrorClass::rate_limited;
    case ErrorCode::timeout:
      return ErrorClass::timeout;
    case ErrorCode::cancelled:
      return ErrorClass::cancelled;
    case ErrorCode::communication:
    case ErrorCode::unavailable:
      return ErrorClass::communication;
    case ErrorCode::method_not_allowed:
    case ErrorCode::version_conflict:
    case ErrorCode::invalid_cursor:
    case ErrorCode::idempotency_mismatch:
    case ErrorCode::idempotency_pending:
    case ErrorCode::storage:
    case ErrorCode::corrupt:
    case ErrorCode::internal:
      return ErrorClass::runtime;
  }
  return ErrorClass::runtime;
}

bool may_pass(ErrorClass error_class) {
  return error_class == ErrorClass::timeout || error_class == ErrorClass::communication ||
         error_class == ErrorClass::rate_limited;
}

ErrorClass class_of_status(int status) {
  switch (status) {
    case 401:
      return ErrorClass::authentication;
    case 403:
      return ErrorClass::authorization;
    case 404:
      return ErrorClass::not_found;
    case 408:
    case 504:
      return ErrorClass::timeout;
    case 429:
      return ErrorClass::rate_limited;
    default:
      return status >= 500 ? ErrorClass::communication : ErrorClass::runtime;
  }
}

std::string upper_case(std::string_view text) {
  std::string upper(text);
  for (char& character : upper) {
    if (character >= 'a' && character <= 'z') character = static_cast<char>(character - 'a' + 'A');
  }
  return upper;
}

}  // namespace

std::string_view to_string(ErrorClass error_class) {
  const auto* found = std::find_if(
      class_names.begin(), class_names.end(),
      [error_class](const ClassName& entry) { return entry.error_class == error_class; });
  return found == class_names.end() ? std::string_view{} : found->name;
}

std::optional<ErrorClass> parse_error_class(std::string_view text) {
  const auto* found = std::find_if(class_names.begin(), class_names.end(),
                                   [text](const ClassName& entry) { return entry.name == text; });
  if (found == class_names.end()) return std::nullopt;
  return found->error_class;
}

Json to_json(const NodeError& error) {
  JsonObject object;
  object["node_id"] = error.node_id;
  object["code"] = error.code;
  object["message"] = error.message;
  object["class"] = to_string(error.error_class);
  object["retryable"] = error.retryable;
  object["attempt"] = error.attempt;
  object["status"] = error.status == 0 ? Json() : Json(error.status);
  object["details"] = error.details;
  return object;
}

NodeError to_node_error(const Error& error) {
  NodeError node_error;
  node_error.code = upper_case(to_string(error.code));
  node_error.message = error.message;
  node_error.error_class = class_of(error.code);
  node_error.retryable = may_pass(node_error.error_class);
  if (!error.path.empty()) node_error.details = JsonObject{{"path", error.path}};
  return node_error;
}

NodeError status_error(int status, Json body) {
  NodeError error;
  error.code = "HTTP_STATUS";
  error.message = "The peer answered with status " + std::to_string(status) + ".";
  error.error_class = class_of_status(status);
  error.retryable = may_pass(error.error_class);
  error.status = status;
  error.details = JsonObject{{"status", status}, {"body", std::move(body)}};
  return error;
}

}  // namespace millrace
