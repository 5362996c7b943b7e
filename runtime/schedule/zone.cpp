// The only source that includes `date`, and where its exceptions end.
#include "runtime/schedule/zone.hpp"

#include <date/tz.h>

#include <algorithm>
#include <exception>

namespace millrace {
namespace {

constexpr std::string_view utc = "UTC";

bool equal_but_for_case(std::string_view left, std::string_view right) {
  const auto lower = [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  };
  return std::ranges::equal(left, right, {}, lower, lower);
}

Error no_such_zone(std::string_view name) {
  std::string message = "there is no time zone '" + std::string(name) + "'; ";
  const auto names = Zone::names();
  const auto meant = std::ranges::find_if(
      names, [name](const std::string& known) { return equal_but_for_case(known, name); });
  message +=
      meant == names.end() ? "write an IANA name such as Europe/Berlin or UTC" : "write " + *meant;
  return {ErrorCode::validation, std::move(message)};
}

}  // namespace

Zone::Zone() : name_(utc) {}

Result<Zone> Zone::find(std::string_view name) {
  Zone zone;
  if (name == utc) return zone;
  try {
    const auto& zones = date::get_tzdb().zones;
    const auto found = std::find_if(zones.begin(), zones.end(),
                                    [name](const auto& entry) { return entry.name() == name; });
    if (found == zones.end()) return no_such_zone(name);
    found->get_info(date::sys_seconds{});
    zone.rules_ = &*found;
  } catch (const std::exception& failure) {
    return Error{ErrorCode::configuration,
                 "the time zones of this machine cannot be read: " + std::string(failure.what())};
  }
  zone.name_ = name;
  return zone;
}

std::vector<std::string> Zone::names() {
  std::vector<std::string> names;
  for (const auto& zone : date::get_tzdb().zones) names.push_back(zone.name());
  return names;
}

ZoneSpan Zone::span_at(std::chrono::sys_seconds instant) const {
  if (rules_ == nullptr) {
    return {std::chrono::sys_seconds::min(), std::chrono::sys_seconds::max(), {}};
  }
  const auto info = static_cast<const date::time_zone*>(rules_)->get_info(instant);
  return {info.begin, info.end, info.offset};
}

}  // namespace millrace
