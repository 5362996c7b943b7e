// The error object of a node run. Source: contracts «Error object everywhere».
#pragma once

#include <string>

#include "runtime/base/json.hpp"
#include "runtime/nodes/error_class.hpp"

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

Json to_json(const NodeError& error);

}  // namespace millrace
