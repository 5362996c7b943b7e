// An inbound message, read into neutral form, and its answer.
#include "http/ingress/message_codec.hpp"

namespace millrace::http {
namespace {

using orbit::missing_field;
using orbit::OrbitResult;
using orbit::wrong_field;

OrbitResult<std::string> read_id(const Json& owner, std::string_view key, std::string_view field) {
  const Json* value = find_member(owner, key);
  if (value == nullptr || value->is_null()) return std::string();
  const bool whole = value->is_int64() || value->is_uint64();
  if (!whole && !value->is_string()) return wrong_field(field, print_json(*value), "a string");
  std::string text = whole ? print_json(*value) : std::string(value->get_string());
  if (text.size() > limits::idempotency_key_chars_max) {
    return wrong_field(
        field, "null",
        "at most " + std::to_string(limits::idempotency_key_chars_max) + " characters");
  }
  return text;
}

OrbitResult<std::string> require_id(const Json& owner, std::string_view key,
                                    std::string_view field) {
  auto id = read_id(owner, key, field);
  if (id && id->empty()) return missing_field(field, "string");
  return id;
}

OrbitResult<const Json*> require_object(const Json& owner, std::string_view key) {
  const Json* value = find_member(owner, key);
  if (value == nullptr) return missing_field(key, "object");
  if (!value->is_object()) return wrong_field(key, print_json(*value), "an object");
  return value;
}

/// What is told beside what is needed is data: of another form it is not an error, but no address.
std::string read_address(const Json& owner, std::string_view key) {
  auto address = read_id(owner, key, key);
  return address ? std::move(*address) : std::string();
}

std::vector<std::string> read_senders(const Json& message, const Json& contact) {
  std::vector<std::string> senders{read_address(contact, "id"), read_address(contact, "phone"),
                                   read_address(message, "from")};
  std::erase(senders, std::string());
  return senders;
}

}  // namespace

OrbitResult<std::string> read_contact(const Json& contact) {
  auto id = read_id(contact, "id", "contact.id");
  if (!id || !id->empty()) return id;
  const auto phone = read_id(contact, "phone", "contact.phone");
  if (!phone) return phone.error();
  if (phone->empty()) return missing_field("contact.id", "string");
  auto normal = normalise_phone(*phone);
  if (normal.empty()) {
    return orbit::OrbitError{422, "INVALID_PHONE_NUMBER", "contact.phone holds no digits"};
  }
  return normal;
}

OrbitResult<InboundMessage> read_message(std::string body) {
  auto payload = parse_document(std::move(body));
  if (!payload) {
    return orbit::from_error(
        {ErrorCode::invalid_json, payload.error().message, payload.error().path});
  }
  const Json& root = (*payload)->root;
  if (!root.is_object()) return wrong_field("$", print_json(root), "a JSON object");
  auto channel = require_id(root, "channel", "channel");
  if (!channel) return channel.error();
  const auto message = require_object(root, "message");
  if (!message) return message.error();
  auto id = require_id(**message, "id", "message.id");
  if (!id) return id.error();
  const auto contact = require_object(root, "contact");
  if (!contact) return contact.error();
  auto contact_id = read_contact(**contact);
  if (!contact_id) return contact_id.error();
  InboundMessage read;
  read.text = string_member(**message, "text");
  read.to = read_address(**message, "to");
  read.from = read_senders(**message, **contact);
  read.payload = std::move(*payload);
  read.channel = std::move(*channel);
  read.id = std::move(*id);
  read.contact = std::move(*contact_id);
  return read;
}

std::string normalise_phone(std::string_view phone) {
  std::string digits;
  bool marked = false;
  for (const char c : phone) {
    if (c == '+' && digits.empty()) marked = true;
    if (c >= '0' && c <= '9') digits += c;
  }
  if (!marked && digits.starts_with("00")) {
    digits.erase(0, 2);
    marked = true;
  }
  return marked && !digits.empty() ? '+' + digits : digits;
}

TriggerKey message_key(const InboundMessage& message, std::string memo) {
  const std::string key =
      "message:" + std::to_string(message.channel.size()) + ':' + message.channel + message.id;
  return {key, sha256(key), std::move(memo)};
}

}  // namespace millrace::http
