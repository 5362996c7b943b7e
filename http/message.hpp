// A request and a response as values: what codecs and handlers see. No socket, no Beast.
#pragma once

#include "runtime/base/time.hpp"
#include "runtime/nodes/call.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::http {

class BodyStream;

/// What a key may still ask in its window of 60 seconds, after this request.
struct Quota {
  std::uint32_t limit = 0;
  std::uint32_t remaining = 0;
  std::int64_t reset = 0;        ///< seconds since 1970: all of it is there again
  std::int64_t retry_after = 0;  ///< seconds; not 0: this request is refused
};

struct Request {
  std::string method;  ///< as sent, upper case
  std::string target;  ///< as sent: `/v1/flows?limit=5`
  std::string path;    ///< target without its query; not percent-decoded
  std::vector<std::pair<std::string, std::string>> query;  ///< decoded, in order
  HeaderList headers;  ///< names in lower case, in order; already guarded (framing.hpp)
  std::string body;
  std::string peer;        ///< address of the client, without port
  std::string request_id;  ///< ours: `req_` + 21 characters
  Timestamp received{};
  std::optional<Quota> quota{};  ///< of its key, where there is one and a bound

  /// First header of this (lower-case) name, or empty.
  std::string_view header(std::string_view name) const;
  /// First query parameter of this name.
  std::optional<std::string_view> parameter(std::string_view name) const;
};

struct Response {
  int status = 200;
  HeaderList headers;
  std::string content_type = "application/json";
  std::string body;
  std::shared_ptr<BodyStream> stream{};  ///< set: the body comes from here, on a row that streams
};

/// Called exactly once, on the session's thread, by whoever answers.
using Respond = std::function<void(Response)>;

/// Percent-decoding of one path segment or query part; nothing on a bad escape or a NUL.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank = false);

}  // namespace millrace::http
