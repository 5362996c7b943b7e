// Message triggers: reading and matching.
#include "runtime/flow/message_options.hpp"

#include "runtime/base/ingress_limits.hpp"
#include "runtime/flow/fields.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <iterator>
#include <limits>

namespace millrace {
namespace {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& character : lower) {
    if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
  }
  return lower;
}

bool is_digit(char character) { return character >= '0' && character <= '9'; }

bool is_phone(std::string_view text) {
  static constexpr std::string_view marks = "+-. ()";
  const auto may_stand = [](char character) {
    return is_digit(character) || marks.find(character) != std::string_view::npos;
  };
  return std::all_of(text.begin(), text.end(), may_stand) &&
         std::any_of(text.begin(), text.end(), is_digit);
}

bool text_matches(const MessageOptions& options, std::string_view text) {
  if (options.match_mode == MatchMode::any) return true;
  if (options.match_mode == MatchMode::regex) {
    const re2::StringPiece piece(text.data(), text.size());
    return std::any_of(options.patterns.begin(), options.patterns.end(),
                       [&](const auto& pattern) { return RE2::PartialMatch(piece, *pattern); });
  }
  const std::string lower = lower_case(text);
  const bool whole = options.match_mode == MatchMode::exact;
  return std::any_of(options.match_values.begin(), options.match_values.end(),
                     [&](const std::string& value) {
                       const std::string wanted = lower_case(value);
                       return whole ? lower == wanted : lower.find(wanted) != std::string::npos;
                     });
}

bool fits(std::span<const AddressPattern> patterns, std::string_view address) {
  if (address.empty()) return false;
  const std::string form = address_form(address);
  return std::any_of(patterns.begin(), patterns.end(), [&form](const AddressPattern& pattern) {
    return pattern.prefix ? form.starts_with(pattern.form) : form == pattern.form;
  });
}

class MessageReader {
 public:
  MessageReader(const JsonObject& data, const std::string& at, Problems& problems)
      : data_(data), at_(at), problems_(problems) {}

  MessageOptions read();

 private:
  std::string path(std::string_view key) const { return member_path(at_, key); }
  std::vector<AddressPattern> read_addresses(std::string_view key);
  AddressPattern read_address(std::string_view written, const std::string& at);
  void read_match(const Json& match);
  void check_session();
  void check_consumption();

  const JsonObject& data_;
  const std::string& at_;
  Problems& problems_;
  MessageOptions options_;
};

AddressPattern MessageReader::read_address(std::string_view written, const std::string& at) {
  check_pattern(written, at, problems_);
  AddressPattern pattern;
  pattern.prefix = written.ends_with('*');
  if (pattern.prefix) written.remove_suffix(1);
  pattern.form = address_form(written);
  return pattern;
}

std::vector<AddressPattern> MessageReader::read_addresses(std::string_view key) {
  std::vector<AddressPattern> patterns;
  const Json* written = given(data_, key);
  if (written == nullptr) return patterns;
  if (written->is_string() && !written->get_string().empty()) {
    patterns.push_back(read_address(written->get_string(), path(key)));
    return patterns;
  }
  if (!written->is_array()) {
    report_type(path(key), "an address, or an array of addresses", problems_);
    return patterns;
  }
  if (written->get_array().size() > limits::message_addresses_max) {
    problems_.error(path(key), "INVALID_VALUE",
                    "At most " + std::to_string(limits::message_addresses_max) + " addresses.");
    return patterns;
  }
  for (const std::string& address : read_strings(*written, path(key), problems_)) {
    patterns.push_back(read_address(address, path(key)));
  }
  return patterns;
}

void MessageReader::read_match(const Json& match) {
  const std::string at = path("match");
  if (!match.is_object()) return report_type(at, "an object with mode and values", problems_);
  const JsonObject& object = match.get_object();
  const std::string mode = read_string(object, "mode", at, problems_);
  if (mode.empty() || mode == "any") return;
  if (mode == "intent") {
    return report_unbuilt(member_path(at, "mode"), "Matching by intent", "use contains or regex",
                          problems_);
  }
  if (mode == "exact") {
    options_.match_mode = MatchMode::exact;
  } else if (mode == "contains") {
    options_.match_mode = MatchMode::contains;
  } else if (mode == "regex") {
    options_.match_mode = MatchMode::regex;
  } else {
    return problems_.error(member_path(at, "mode"), "INVALID_VALUE",
                           "Must be any, exact, contains or regex.");
  }
  const std::string values_path = member_path(at, "values");
  const Json* values = given(object, "values");
  if (values == nullptr) return report_missing(values_path, "what to match", problems_);
  options_.match_values = read_strings(*values, values_path, problems_);
  if (options_.match_mode != MatchMode::regex) return;
  for (const std::string& pattern : options_.match_values) {
    auto compiled = std::make_shared<const RE2>(pattern, RE2::Quiet);
    if (!compiled->ok()) problems_.error(values_path, "INVALID_VALUE", "RE2: " + compiled->error());
    options_.patterns.push_back(std::move(compiled));
  }
}

void MessageReader::check_session() {
  const std::string session = read_string(data_, "session", at_, problems_);
  if (session.empty() || session == "any") return;
  if (session == "new" || session == "resume") {
    return report_unbuilt(path("session"), "Telling conversations apart",
                          "use any, so that every message that matches starts a run", problems_);
  }
  problems_.error(path("session"), "INVALID_VALUE", "Must be any.");
}

/// The run that a message starts is the only one that could wait for it.
void MessageReader::check_consumption() {
  const Json* written = given(data_, "consume_trigger_message");
  if (written == nullptr) return;
  if (!written->is_bool()) {
    return report_type(path("consume_trigger_message"), "true or false", problems_);
  }
  if (written->get_bool()) return;
  report_unbuilt(path("consume_trigger_message"), "Handing the message on to a node that waits",
                 "use true; nodes read it as trigger.message", problems_);
}

MessageOptions MessageReader::read() {
  using Bounds = std::numeric_limits<std::int64_t>;
  if (const Json* channels = given(data_, "channels")) {
    options_.channels = read_strings(*channels, path("channels"), problems_);
  }
  const std::string channel = read_string(data_, "channel", at_, problems_);
  if (!channel.empty()) options_.channels.push_back(channel);
  options_.to = read_addresses("to");
  options_.from = read_addresses("from_filter");
  if (const Json* match = given(data_, "match")) read_match(*match);
  options_.priority =
      read_integer(data_, "priority", at_, Bounds::min(), Bounds::max(), problems_).value_or(0);
  check_session();
  check_consumption();
  return std::move(options_);
}

}  // namespace

bool matches(const MessageOptions& options, const MessageTraits& message) {
  const auto& channels = options.channels;
  const auto channel = std::find(channels.begin(), channels.end(), message.channel);
  if (!channels.empty() && channel == channels.end()) return false;
  if (!options.to.empty() && !fits(options.to, message.to)) return false;
  const auto is_wanted = [&](std::string_view sender) { return fits(options.from, sender); };
  if (!options.from.empty() && std::none_of(message.from.begin(), message.from.end(), is_wanted)) {
    return false;
  }
  return text_matches(options, message.text);
}

std::string address_form(std::string_view address) {
  if (!is_phone(address)) return lower_case(address);
  std::string digits;
  std::copy_if(address.begin(), address.end(), std::back_inserter(digits), is_digit);
  const bool marked = address.find('+') != std::string_view::npos;
  if (!marked && digits.starts_with("00")) digits.erase(0, 2);
  return digits;
}

MessageOptions read_message_options(const JsonObject& data, const std::string& path,
                                    Problems& problems) {
  return MessageReader(data, path, problems).read();
}

}  // namespace millrace
