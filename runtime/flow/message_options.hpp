// Which inbound messages start a flow, and in which order flows that take the same one start.
// Source: contracts «Triggers», inbound_message.
#pragma once

#include "runtime/flow/model.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace millrace {

/// How the text of a message is compared with `match.values`; any value that fits is enough.
/// `exact` and `contains` ignore the case of ASCII letters; `regex` is RE2 and searches anywhere.
enum class MatchMode : std::uint8_t { any = 1, exact = 2, contains = 3, regex = 4 };

/// An address, or with `prefix` the beginning of one; in the form of `address_form`.
struct AddressPattern {
  std::string form;
  bool prefix = false;
};

struct MessageOptions {
  std::vector<std::string> channels;  ///< empty: any
  std::vector<AddressPattern> to;     ///< empty: any
  std::vector<AddressPattern> from;   ///< empty: anyone
  MatchMode match_mode = MatchMode::any;
  std::vector<std::string> match_values;
  std::vector<std::shared_ptr<const re2::RE2>> patterns;  ///< the same, for `regex`
  std::int64_t priority = 0;  ///< smaller starts first, then the older flow
};

/// What a message is matched by. Views of the caller's.
struct MessageTraits {
  std::string_view channel;
  std::string_view text;
  std::string_view to{};                ///< where it was received; empty: not told
  std::span<const std::string> from{};  ///< names of its sender; one that fits is enough
};

/// Whether the message starts the flow. Pure; linear in the text.
bool matches(const MessageOptions& options, const MessageTraits& message);

/// One form for every spelling of an address: of a phone number the digits with its country's,
/// without `+` or `00`; of all else the text with ASCII letters in lower case.
std::string address_form(std::string_view address);

/// Reads `channel`, `channels`, `to`, `from_filter`, `match`, `session`, `priority` and
/// `consume_trigger_message` of a trigger's data at `path`. What asks for conversations or for a
/// model is UNSUPPORTED_OPTION.
MessageOptions read_message_options(const JsonObject& data, const std::string& path,
                                    Problems& problems);

}  // namespace millrace
