// The body of a dry run, read into neutral form. Pure.
#pragma once

#include "http/dialects/orbit/errors.hpp"
#include "runtime/base/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::http::orbit {

struct TestWish {
  std::optional<std::uint32_t> version;  ///< else the newest
  std::string input;                     ///< the trigger's payload as it was sent; empty: none
  JsonObject pinned;                     ///< outputs by node id
};

/// `{version?, input?, pinned?}`, or nothing at all.
OrbitResult<TestWish> read_test(std::string_view body);

}  // namespace millrace::http::orbit
