// The options of a schedule trigger: from a client's JSON to a Schedule.
#pragma once

#include "runtime/base/json.hpp"
#include "runtime/flow/problem.hpp"
#include "runtime/schedule/schedule.hpp"

#include <optional>
#include <string_view>

namespace millrace {

/// Reads the trigger's `data`, which stands at the path `at`. Nothing when there is any error.
std::optional<Schedule> read_schedule(const JsonObject& data, std::string_view at,
                                      Problems& problems);

}  // namespace millrace
