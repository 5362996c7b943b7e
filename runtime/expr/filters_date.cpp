// The tokens of the `date` filter, in UTC and in English.
#include "runtime/expr/filters.hpp"

#include <array>

namespace millrace::expr {
namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 7> day_names = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> month_names = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::size_t short_name_chars = 3;

std::string padded(std::int64_t value, std::size_t width) {
  std::string digits = std::to_string(value);
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

std::optional<std::string> token(char letter, Timestamp time) {
  const auto day_start = floor<days>(time);
  const year_month_day date(day_start);
  const hh_mm_ss clock(time - day_start);
  const auto month_number = static_cast<unsigned>(date.month());
  const auto day_name = day_names[weekday(day_start).c_encoding()];
  const auto month_name = month_names[month_number - 1];
  switch (letter) {
    case 'Y':
      return padded(static_cast<int>(date.year()), 4);
    case 'y':
      return padded(static_cast<int>(date.year()) % 100, 2);
    case 'm':
      return padded(month_number, 2);
    case 'd':
      return padded(static_cast<unsigned>(date.day()), 2);
    case 'H':
      return padded(clock.hours().count(), 2);
    case 'M':
      return padded(clock.minutes().count(), 2);
    case 'S':
      return padded(clock.seconds().count(), 2);
    case 'L':
      return padded(clock.subseconds().count(), 3);
    case 'j':
      return padded((day_start - sys_days(date.year() / 1 / 1)).count() + 1, 3);
    case 'F':
      return to_rfc3339(time).substr(0, 10);
    case 'T':
      return to_rfc3339(time).substr(11, 8);
    case 'A':
      return std::string(day_name);
    case 'a':
      return std::string(day_name.substr(0, short_name_chars));
    case 'B':
      return std::string(month_name);
    case 'b':
      return std::string(month_name.substr(0, short_name_chars));
    case 's':
      return std::to_string(floor<seconds>(time).time_since_epoch().count());
    case '%':
      return "%";
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<std::string> format_date(Timestamp time, std::string_view format) {
  std::string out;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      out.push_back(format[i]);
      continue;
    }
    if (++i == format.size()) return std::nullopt;
    const auto text = token(format[i], time);
    if (!text) return std::nullopt;
    out.append(*text);
  }
  return out;
}

}  // namespace millrace::expr
