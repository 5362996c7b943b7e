// A response as bytes. Pure. Framing headers are ours alone: what a handler or a flow puts there is
// left out, and so is any header that could end its line early.
#pragma once

#include "http/message.hpp"

#include <string>
#include <string_view>

namespace millrace::http {

/// What the connection adds to a response.
struct ResponseFrame {
  int version = 11;        ///< of the request: 10 or 11
  bool head_only = false;  ///< the request was HEAD
  bool close = false;      ///< this is the connection's last response
  std::string_view request_id;
};

/// Status line, headers, body. Adds Content-Length, Connection, X-Request-Id, Retry-After on 429
/// and 503, and WWW-Authenticate on 401. A status that is no final one becomes 500.
std::string write_response(const Response& response, const ResponseFrame& frame);

}  // namespace millrace::http
