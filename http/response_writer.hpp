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
  bool streamed = false;         ///< the body follows, chunk by chunk where the version has chunks
  std::optional<Quota> quota{};  ///< of the request's key
};

/// Status line, headers, body. Adds Content-Length (or Transfer-Encoding), Connection,
/// X-Request-Id, the X-RateLimit headers of a quota, Retry-After on 429 and 503, and
/// WWW-Authenticate on 401. A status that is no final one becomes 500.
std::string write_response(const Response& response, const ResponseFrame& frame);

/// A piece of a streamed body, as a chunk where the version has chunks. Nothing for an empty piece:
/// an empty chunk would end the body.
void append_piece(std::string& out, std::string_view piece, int version);
/// The end of a streamed body.
void append_end(std::string& out, int version);

}  // namespace millrace::http
