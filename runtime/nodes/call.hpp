// What a node asks of the world outside, and what comes back. Plain data: performed by node workers
// after the asking turn is on disk, at least once, always with the same idempotency key.
#pragma once

#include "runtime/base/json.hpp"
#include "runtime/base/time.hpp"

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace millrace {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

struct HttpCall {
  std::string method;
  std::string url;
  HeaderList headers;
  std::string body;
  bool follow_redirects = false;
  std::size_t response_bytes_max = limits::response_bytes_max;
};

/// A message for a configured channel; the worker turns it into that channel's signed HTTP call, or
/// for `console` into a log line.
struct ChannelCall {
  std::string channel;
  Json message;
};

struct CallRequest {
  std::variant<HttpCall, ChannelCall> what;
  Duration timeout{limits::node_timeout_default};
  std::string idempotency_key;  ///< `<execution>:<node>:<iteration>` unless the flow says otherwise
};

struct CallReply {
  int status = 0;
  HeaderList headers;  ///< names in lower case
  std::string body;
};

}  // namespace millrace
