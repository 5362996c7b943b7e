// An inbound message, read into neutral form. Pure. Source: decisions «HTTP», messages/inbound.
#pragma once

#include "http/dialects/orbit/errors.hpp"
#include "runtime/base/json.hpp"
#include "runtime/ports/gateway.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace millrace::http {

struct InboundMessage {
  JsonDocumentPtr payload;  ///< the body as it came: `{channel, message, contact, …}`
  std::string channel;
  std::string id;                 ///< the provider's
  std::string text;               ///< empty where the message has none
  std::string contact;            ///< contact.id, else the normalised phone number
  std::string to;                 ///< message.to: where it was received; empty: not told
  std::vector<std::string> from;  ///< contact.id, contact.phone, message.from, as far as told
};

/// Required: channel, message.id, and contact.id or contact.phone. An id may be a number. Whatever
/// else the body holds is data and stays in the payload.
orbit::OrbitResult<InboundMessage> read_message(std::string body);

/// `contact.id`, else the normalised `contact.phone`.
orbit::OrbitResult<std::string> read_contact(const Json& contact);

/// `+1 (415) 555-2671` and `001 415…` → `+14155552671`; without a country mark, the digits alone.
std::string normalise_phone(std::string_view phone);

/// The trigger key of a message: the same id on the same channel is the same message, whatever else
/// differs between two deliveries of it.
TriggerKey message_key(const InboundMessage& message, std::string memo);

}  // namespace millrace::http
