// Upper and lower case without a locale: ASCII, Latin-1, Latin Extended-A, Greek and Cyrillic, each
// letter to exactly one letter. Everything else stays as it is (so does `ß`, whose upper case is
// two letters).
#pragma once

#include <string>
#include <string_view>

namespace millrace::expr {

enum class LetterCase { upper, lower };

/// `text` in the case asked for. Bytes that are not UTF-8 stay as they are.
std::string in_case(std::string_view text, LetterCase letter_case);

}  // namespace millrace::expr
