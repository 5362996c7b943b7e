// JSON values at random, for RapidCheck properties.
#pragma once

#include "runtime/base/json.hpp"

#include <rapidcheck.h>

#include <cmath>
#include <cstdint>
#include <string>

namespace millrace::test {

/// Valid UTF-8 with quotes, escapes, controls and letters of one to four bytes.
inline std::string any_text() {
  static const std::vector<std::string> units = {"a",
                                                 "Z",
                                                 "7",
                                                 " ",
                                                 "\"",
                                                 "'",
                                                 "\\",
                                                 "/",
                                                 "\n",
                                                 "\t",
                                                 "{{",
                                                 "}}",
                                                 "\x01",
                                                 "\x1f",
                                                 "\x7f",
                                                 "{",
                                                 "}",
                                                 "$",
                                                 ".",
                                                 "-",
                                                 "|",
                                                 ":",
                                                 "true",
                                                 "\xc3\xa9",
                                                 "\xe2\x82\xac",
                                                 "\xf0\x9f\x98\x80",
                                                 "\xe2\x80\xa8"};
  std::string text;
  const auto count = *rc::gen::inRange(0, 12);
  for (int i = 0; i < count; ++i) text += *rc::gen::elementOf(units);
  return text;
}

inline Json any_scalar() {
  switch (*rc::gen::inRange(0, 6)) {
    case 0:
      return nullptr;
    case 1:
      return *rc::gen::arbitrary<bool>();
    case 2:
      return *rc::gen::arbitrary<std::int64_t>();
    case 3:
      return *rc::gen::inRange<std::uint64_t>(std::uint64_t{1} << 63, UINT64_MAX);
    case 4: {
      const double number = *rc::gen::arbitrary<double>();
      return std::isfinite(number) ? number : 0.5;
    }
    default:
      return Json(any_text());
  }
}

/// At most `depth` containers inside one another.
inline Json any_json(int depth) {
  const int kind = depth == 0 ? 0 : *rc::gen::inRange(0, 3);
  const int count = *rc::gen::inRange(0, 4);
  if (kind == 1) {
    JsonArray items;
    for (int i = 0; i < count; ++i) items.push_back(any_json(depth - 1));
    return items;
  }
  if (kind == 2) {
    JsonObject members;
    for (int i = 0; i < count; ++i) members[any_text()] = any_json(depth - 1);
    return members;
  }
  return any_scalar();
}

}  // namespace millrace::test
