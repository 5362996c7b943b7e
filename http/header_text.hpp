// The characters of header names and values, and comparing them. Shared by the way in and the way
// out.
#pragma once

#include <string>
#include <string_view>

namespace millrace::http {

/// ASCII letters to lower case.
std::string to_lower(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);
/// RFC 9110 5.6.2: what methods and header names are made of. Not empty.
bool is_token(std::string_view text);
/// No control byte but tab: cannot end its line early.
bool is_header_value(std::string_view text);

}  // namespace millrace::http
