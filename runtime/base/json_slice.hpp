// Parts of a JSON text, cut out and not printed anew: what a client sent can be kept verbatim.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

struct JsonMemberText {
  std::string key;         ///< unescaped
  std::string_view value;  ///< a slice of the object's text, without surrounding blanks
};

/// The members of an object in their order, duplicates included. `object` must have passed
/// parse_json and be an object; blanks around it are allowed.
std::vector<JsonMemberText> member_texts(std::string_view object);

/// The items of an array in their order; same conditions.
std::vector<std::string_view> item_texts(std::string_view array);

/// The text of the last member of this name, as parse_json would take it.
std::optional<std::string_view> member_text(std::string_view object, std::string_view key);

/// True when `text` cannot end the value that it begins and go on with another one: brackets close
/// only at its end and no comma stands outside them. A text inside which this holds stays one value
/// when it is pasted into a larger JSON text that then parses. Reads any bytes.
bool stays_one_value(std::string_view text);

}  // namespace millrace
