// Cron expressions: which local times they name. Sources: crontab(5) of cronie for five fields,
// names, steps and the rule of days; contracts «Triggers» for the sixth (seconds, in front) and the
// seventh (year, behind).
#pragma once

#include "runtime/base/error.hpp"

#include <bitset>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace millrace {

using LocalSeconds = std::chrono::local_seconds;

class Cron {
 public:
  static constexpr int year_first = 1970;
  static constexpr int year_last = 2199;

  /// Errors: validation; the message names the field and says what to write instead.
  static Result<Cron> parse(std::string_view text);

  bool matches(LocalSeconds local) const;
  /// The first local time that matches, at or after `from` and before `end`; nothing beyond
  /// `year_last`.
  std::optional<LocalSeconds> first_in(LocalSeconds from, LocalSeconds end) const;
  /// Names times of day, as cron(8) means it: no field below the day begins with `*`.
  bool fixed_time() const { return fixed_time_; }

 private:
  friend class CronParser;
  bool day_matches(std::chrono::year_month_day day) const;
  /// The first second of the day at or after `from` seconds.
  std::optional<int> second_of_day(int from) const;

  std::bitset<60> seconds_;
  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;
  std::bitset<13> months_;
  std::bitset<8> weekdays_;  ///< 0 = Sunday
  std::bitset<year_last - year_first + 1> years_;
  bool any_day_ = false;      ///< the day of the month begins with `*`
  bool any_weekday_ = false;  ///< the day of the week begins with `*`
  bool fixed_time_ = false;
};

}  // namespace millrace
