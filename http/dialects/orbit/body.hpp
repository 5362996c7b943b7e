// A JSON body under reading: parsed once, its parts by name, each also as the bytes that the client
// sent.
#pragma once

#include "http/dialects/orbit/errors.hpp"
#include "runtime/base/json.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

namespace millrace::http::orbit {

struct Body {
  std::string_view text;
  Json root;  ///< an object
};

/// 400 when it is no JSON or passes a limit of JSON, 422 when it is no object.
OrbitResult<Body> read_body(std::string_view text);

/// 422 for the first member that is none of `known`: server-owned or misspelt, but never ignored.
OrbitResult<void> refuse_unknown(const Body& body, std::initializer_list<std::string_view> known);

/// The string at `field`: 422 when it is missing, no string, empty, or longer than `chars_max`.
OrbitResult<std::string> read_text(const Body& body, std::string_view field, std::size_t chars_max);

}  // namespace millrace::http::orbit
