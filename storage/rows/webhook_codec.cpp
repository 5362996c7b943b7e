// The layout of the values of outgoing webhooks.
#include "storage/rows/codec.hpp"
#include "storage/rows/codec_parts.hpp"
#include "storage/rows/keys.hpp"

namespace millrace::storage {
namespace {

constexpr std::uint8_t active_bit = 1;
constexpr std::uint8_t deleted_bit = 2;

}  // namespace

void encode_webhook(std::string& out, const Webhook& webhook) {
  begin(out)
      .fixed(static_cast<std::uint8_t>((webhook.active ? active_bit : 0) |
                                       (webhook.deleted ? deleted_bit : 0)))
      .fixed(webhook.events)
      .text(webhook.url)
      .text(webhook.description)
      .text(webhook.secret)
      .text(webhook.previous_secret)
      .time(webhook.previous_expires)
      .time(webhook.created)
      .time(webhook.updated);
}

Result<Webhook> decode_webhook(std::string_view key, std::string_view bytes) {
  ByteReader names(key), reader(bytes);
  Webhook webhook;
  names.fixed<std::uint8_t>();
  webhook.workspace = WorkspaceNumber{names.fixed<std::uint32_t>()};
  webhook.id.id = names.id();
  read_version(reader);
  const auto bits = reader.fixed<std::uint8_t>();
  webhook.active = (bits & active_bit) != 0;
  webhook.deleted = (bits & deleted_bit) != 0;
  webhook.events = reader.fixed<EventTypes>();
  webhook.url = reader.text();
  webhook.description = reader.text();
  webhook.secret = reader.text();
  webhook.previous_secret = reader.text();
  webhook.previous_expires = reader.time();
  webhook.created = reader.time();
  webhook.updated = reader.time();
  if (bits > (active_bit | deleted_bit) || !names.done() || !reader.done())
    return corrupt("catalog");
  return webhook;
}

void encode_webhook_progress(std::string& out, const WebhookProgress& progress) {
  Writer writer = begin(out);
  writer.variable(progress.after.commit).variable(progress.after.n);
  write_optional_time(writer, progress.gap);
}

Result<WebhookProgress> decode_webhook_progress(std::string_view bytes) {
  ByteReader reader(bytes);
  WebhookProgress progress;
  read_version(reader);
  progress.after.commit = reader.variable();
  progress.after.n = reader.variable_as<std::uint32_t>();
  progress.gap = read_optional_time(reader);
  if (!reader.done()) return corrupt("catalog");
  return progress;
}

void encode_delivery(std::string& out, const Delivery& delivery) {
  Writer writer = begin(out);
  writer.id(delivery.execution.id)
      .variable(delivery.turn)
      .variable(delivery.event)
      .fixed(static_cast<std::uint8_t>(delivery.type))
      .time(delivery.created)
      .variable(delivery.attempts);
  write_optional_time(writer, delivery.attempted);
  write_optional_time(writer, delivery.due);
  writer.variable(static_cast<std::uint64_t>(delivery.response_status)).text(delivery.error);
}

Result<Delivery> decode_delivery(std::string_view key, std::string_view bytes) {
  const auto names = read_delivery_key(key);
  if (!names) return corrupt("outbox");
  ByteReader reader(bytes);
  Delivery delivery;
  delivery.id = names->delivery;
  delivery.webhook = names->webhook;
  delivery.status = names->status;
  read_version(reader);
  delivery.execution.id = reader.id();
  delivery.turn = reader.variable_as<std::uint32_t>();
  delivery.event = reader.variable_as<std::uint32_t>();
  delivery.type =
      read_enum(reader, LiveEventType::execution_started, LiveEventType::execution_failed);
  delivery.created = reader.time();
  delivery.attempts = reader.variable_as<std::uint32_t>();
  delivery.attempted = read_optional_time(reader);
  delivery.due = read_optional_time(reader);
  delivery.response_status = reader.variable_as<std::uint16_t>();
  delivery.error = reader.text();
  if (!reader.done()) return corrupt("outbox");
  return delivery;
}

}  // namespace millrace::storage
