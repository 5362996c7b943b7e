// Bodies of HTML forms: names and values.
#pragma once

#include "http/message.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::http {

using FormFields = std::vector<std::pair<std::string, std::string>>;

/// `Application/JSON; charset=utf-8` → `application/json`.
std::string media_type(std::string_view content_type);

/// application/x-www-form-urlencoded.
bool is_form(const Request& request);
/// In the order of the body. Nothing when an escape is broken, a text is no UTF-8, or there are
/// more fields than an object may have keys.
std::optional<FormFields> read_form(std::string_view body);

/// Appends the fields as a JSON object; a name that comes twice has an array of its values.
void append_form(std::string& out, FormFields fields);

bool is_utf8(std::string_view text);

}  // namespace millrace::http
