// Case by ranges: in each, a lower-case letter is its upper-case one plus a distance.
#include "runtime/expr/letter_case.hpp"

#include "runtime/base/utf8.hpp"

#include <cstdint>

namespace millrace::expr {
namespace {

struct Range {
  std::uint32_t upper_first;
  std::uint32_t upper_last;
  std::uint32_t distance;
  std::uint32_t stride;  ///< 2 where upper and lower letters alternate
};
constexpr Range ranges[] = {
    {'A', 'Z', 32, 1},     {0xc0, 0xd6, 32, 1},   {0xd8, 0xde, 32, 1},   {0x100, 0x12e, 1, 2},
    {0x132, 0x136, 1, 2},  {0x139, 0x147, 1, 2},  {0x14a, 0x176, 1, 2},  {0x179, 0x17d, 1, 2},
    {0x391, 0x3a1, 32, 1}, {0x3a3, 0x3ab, 32, 1}, {0x400, 0x40f, 80, 1}, {0x410, 0x42f, 32, 1},
    {0x460, 0x480, 1, 2},  {0x48a, 0x4be, 1, 2},  {0x4d0, 0x52e, 1, 2},
};

std::uint32_t convert(std::uint32_t letter, LetterCase letter_case) {
  for (const Range& range : ranges) {
    const std::uint32_t shift = letter_case == LetterCase::upper ? range.distance : 0;
    if (letter < range.upper_first + shift || letter > range.upper_last + shift) continue;
    if ((letter - range.upper_first - shift) % range.stride != 0) continue;
    return letter_case == LetterCase::upper ? letter - range.distance : letter + range.distance;
  }
  return letter;
}

}  // namespace

std::string in_case(std::string_view text, LetterCase letter_case) {
  std::string out;
  out.reserve(text.size());
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = utf8_length(text.substr(at));
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[at + i]); };
    if (length == 1) {
      out.push_back(static_cast<char>(convert(byte(0), letter_case)));
    } else if (length == 2) {
      const std::uint32_t letter = (byte(0) & 0x1fU) << 6 | (byte(1) & 0x3fU);
      const std::uint32_t other = convert(letter, letter_case);
      out.push_back(static_cast<char>(0xc0 | other >> 6));
      out.push_back(static_cast<char>(0x80 | (other & 0x3f)));
    } else {
      out.append(text, at, length == 0 ? 1 : length);
    }
    at += length == 0 ? 1 : length;
  }
  return out;
}

}  // namespace millrace::expr
