// Reading members of a client's JSON object, where null counts as not given and every wrong type is
// a problem with its path.
#pragma once

#include "runtime/base/json.hpp"
#include "runtime/flow/problem.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// The member, or nullptr when it is absent or null.
const Json* given(const JsonObject& object, std::string_view key);

/// A whole number, also when written `3.0`; nothing for all else.
std::optional<std::int64_t> as_integer(const Json& value);

/// The string at `key`; empty when not given or, with a problem, when it is no string.
std::string read_string(const JsonObject& object, std::string_view key, std::string_view at,
                        Problems& problems);

/// The whole number at `key` within the bounds; nothing when not given or, with a problem, when it
/// is none.
std::optional<std::int64_t> read_integer(const JsonObject& object, std::string_view key,
                                         std::string_view at, std::int64_t min, std::int64_t max,
                                         Problems& problems);

/// The strings of `value`; a problem unless it is an array of at least one, none of them empty.
std::vector<std::string> read_strings(const Json& value, const std::string& path,
                                      Problems& problems);

/// A pattern is a text, or one with `*` at its end for whatever may follow; a star elsewhere is a
/// problem.
void check_pattern(std::string_view pattern, const std::string& path, Problems& problems);

/// What the contract knows and we do not have, and what to write instead.
void report_unbuilt(const std::string& path, std::string_view what, std::string_view instead,
                    Problems& problems);
void report_type(std::string_view path, std::string_view wanted, Problems& problems);
void report_missing(std::string_view path, std::string_view about, Problems& problems);

}  // namespace millrace
