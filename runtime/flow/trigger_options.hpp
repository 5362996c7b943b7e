// The options of a flow's trigger node, typed. Source: contracts «Triggers».
#pragma once

#include "runtime/flow/model.hpp"
#include "runtime/schedule/schedule.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

struct EventOptions;    // event_options.hpp
struct HookAuth;        // hook_auth.hpp
struct MessageOptions;  // message_options.hpp

/// When a synchronous caller is answered.
enum class ResponseMode : std::uint8_t { immediate = 1, on_complete = 2, respond_node = 3 };

struct TriggerOptions {
  TriggerType type = TriggerType::api;
  ResponseMode response_mode = ResponseMode::immediate;
  // webhook
  std::string path;  ///< normalised: no leading, trailing or double slash; default empty
  std::vector<std::string> methods;      ///< upper case; default POST
  std::size_t body_bytes_max = 0;        ///< 0: the limit of hooks
  std::shared_ptr<const HookAuth> auth;  ///< null: open to everyone
  // event
  std::shared_ptr<const EventOptions> event;  ///< set for triggers of this type
  // inbound_message
  std::shared_ptr<const MessageOptions> message;  ///< set for triggers of this type
  // schedule
  std::optional<Schedule> schedule;  ///< set for this trigger type alone
};

/// Reads `data` of the trigger node, but for what engine/intake compiles: `dedupe_key`, `filter`,
/// `schema`, `input_schema`, `response`. An option or trigger type that is not built is an error.
TriggerOptions read_trigger_options(TriggerType flow_trigger_type, const NodeDefinition& trigger,
                                    Problems& problems);

/// `/a//b/` → `a/b`. Nothing when it has a dot segment, or a byte that a path may not hold.
std::optional<std::string> normalise_hook_path(std::string_view path);

}  // namespace millrace
