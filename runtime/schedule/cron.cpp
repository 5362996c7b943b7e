// A search by fields: the day first, then the second within it.
#include "runtime/schedule/cron.hpp"

namespace millrace {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::year_month_day;

constexpr int minute_seconds = 60;
constexpr int hour_seconds = 3'600;

/// The first set bit at or after `from`, or -1.
template <std::size_t size>
int first_set(const std::bitset<size>& bits, int from) {
  for (int at = from; at < static_cast<int>(size); ++at)
    if (bits[static_cast<std::size_t>(at)]) return at;
  return -1;
}

}  // namespace

bool Cron::day_matches(year_month_day day) const {
  const int year = static_cast<int>(day.year());
  if (year < year_first || year > year_last) return false;
  if (!years_[static_cast<std::size_t>(year - year_first)]) return false;
  if (!months_[static_cast<unsigned>(day.month())]) return false;
  const bool by_day = days_[static_cast<unsigned>(day.day())];
  const bool by_weekday = weekdays_[std::chrono::weekday(local_days(day)).c_encoding()];
  if (any_day_ || any_weekday_) return by_day && by_weekday;
  return by_day || by_weekday;
}

std::optional<int> Cron::second_of_day(int from) const {
  int hour = from / hour_seconds;
  int minute = from % hour_seconds / minute_seconds;
  int second = from % minute_seconds;
  for (; (hour = first_set(hours_, hour)) >= 0; ++hour, minute = second = 0) {
    if (hour != from / hour_seconds) minute = second = 0;
    for (; (minute = first_set(minutes_, minute)) >= 0; ++minute, second = 0) {
      if (hour * minute_seconds + minute != from / minute_seconds) second = 0;
      second = first_set(seconds_, second);
      if (second >= 0) return hour * hour_seconds + minute * minute_seconds + second;
    }
  }
  return std::nullopt;
}

bool Cron::matches(LocalSeconds local) const {
  const auto day = std::chrono::floor<days>(local);
  const int second = static_cast<int>((local - day).count());
  return day_matches(year_month_day(day)) && second_of_day(second) == second;
}

std::optional<LocalSeconds> Cron::first_in(LocalSeconds from, LocalSeconds end) const {
  auto day = std::chrono::floor<days>(from);
  int second = static_cast<int>((from - day).count());
  while (day < end) {
    const year_month_day date(day);
    if (static_cast<int>(date.year()) > year_last) return std::nullopt;
    if (!months_[static_cast<unsigned>(date.month())]) {
      const auto next = date.year() / date.month() / 1 + std::chrono::months{1};
      day = local_days(next);
    } else {
      if (day_matches(date)) {
        if (const auto found = second_of_day(second)) {
          const LocalSeconds at = day + std::chrono::seconds{*found};
          return at < end ? std::optional(at) : std::nullopt;
        }
      }
      day += days{1};
    }
    second = 0;
  }
  return std::nullopt;
}

}  // namespace millrace
