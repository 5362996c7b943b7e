// Instants and local times as tests write and read them: `2026-05-09 10:14`, seconds if there are
// any.
#pragma once

#include "runtime/base/limits.hpp"
#include "runtime/schedule/schedule.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace millrace::test {

inline Slot utc(std::string_view text) {
  std::string written(text);
  written[10] = 'T';
  if (written.size() == 16) written += ":00";
  return std::chrono::floor<std::chrono::seconds>(parse_rfc3339(written + "Z").value());
}

inline LocalSeconds local(std::string_view text) {
  return LocalSeconds(utc(text).time_since_epoch());
}

inline std::string spell(Slot instant) {
  std::string text = to_rfc3339(instant).substr(0, 19);
  text[10] = ' ';
  return text.ends_with(":00") ? text.substr(0, 16) : text;
}

inline std::string spell(LocalSeconds local_time) {
  return spell(Slot(local_time.time_since_epoch()));
}

inline Schedule by_cron(std::string_view text, std::string_view zone = "UTC") {
  Schedule schedule;
  schedule.cron = Cron::parse(text).value();
  schedule.zone = Zone::find(zone).value();
  schedule.catch_up_window = limits::schedule_catch_up_window_default;
  return schedule;
}

inline Schedule every(std::chrono::seconds interval) {
  Schedule schedule;
  schedule.every = interval;
  schedule.catch_up_window = limits::schedule_catch_up_window_default;
  return schedule;
}

/// The slots behind `from`, up to `until`.
inline std::vector<std::string> slots(const Schedule& schedule, Slot from, Slot until) {
  std::vector<std::string> found;
  for (auto next = schedule.next_slot(from); next && *next <= until;
       next = schedule.next_slot(*next))
    found.push_back(spell(*next));
  return found;
}

}  // namespace millrace::test
