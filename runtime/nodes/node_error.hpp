// The error object of a node run. Source: contracts «Error object everywhere».
#pragma once

#include "runtime/base/error.hpp"
#include "runtime/base/json.hpp"
#include "runtime/nodes/error_class.hpp"

#include <string>

namespace millrace {

struct NodeError {
  std::string node_id;
  std::string code;  ///< upper case: `NO_BRANCH_MATCHED`, `EGRESS_REFUSED`, `HTTP_STATUS`
  std::string message;
  ErrorClass error_class = ErrorClass::runtime;
  bool retryable = false;
  int attempt = 1;
  int status = 0;  ///< HTTP status of the peer; 0: none
  Json details;
};

/// With every key of the contract; `status` is null when there was none.
Json to_json(const NodeError& error);

/// An error of the house as a node's error; `code` is its name in upper case. The one translation,
/// for expressions as for calls that did not reach their peer.
NodeError to_node_error(const Error& error);

/// The error of a reply whose status is not among the expected ones: code HTTP_STATUS.
NodeError status_error(int status, Json body);

}  // namespace millrace
