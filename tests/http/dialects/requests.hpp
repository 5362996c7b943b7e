// Requests for codec tests.
#pragma once

#include "http/message.hpp"

#include <string>
#include <utility>

namespace millrace::http::test {

inline Request request(std::string method, std::string path, std::string body = {},
                       HeaderList headers = {}) {
  Request made;
  made.method = std::move(method);
  made.path = path;
  made.target = std::move(path);
  made.body = std::move(body);
  made.headers = std::move(headers);
  made.request_id = "req_1";
  made.received = Timestamp(std::chrono::milliseconds(1'763'800'000'123));
  return made;
}

}  // namespace millrace::http::test
