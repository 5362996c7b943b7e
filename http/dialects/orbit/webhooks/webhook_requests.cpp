// Orbit's bodies about webhooks.
#include "http/dialects/orbit/webhooks/webhook_requests.hpp"

#include "http/dialects/json_writer.hpp"
#include "http/dialects/orbit/body.hpp"
#include "http/outbound/url_check.hpp"
#include "runtime/base/utf8.hpp"
#include "runtime/webhooks/webhook_limits.hpp"

#include <algorithm>
#include <chrono>

namespace millrace::http::orbit {
namespace {

constexpr std::string_view every_event = "*";

std::optional<Id> read_id(std::string_view text, std::string_view prefix) {
  if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  return parse_id(text);
}

OrbitError wrong_url(std::string_view url, std::string_view expected) {
  OrbitError error = wrong_field("url", JsonWriter().text(url).take(), expected);
  error.code = "INVALID_WEBHOOK_URL";
  return error;
}

/// A name is looked up when it is called, and its address checked then.
std::optional<IpAddress> address_of(std::string_view host) {
  if (host == "localhost") return parse_address("127.0.0.1");
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return parse_address(host);
}

bool is_exempted(const AddressPolicy& policy, const std::optional<IpAddress>& address) {
  return address && std::ranges::any_of(
                        policy.allow, [&](const Cidr& range) { return range.contains(*address); });
}

OrbitResult<std::string> read_url(const Json& value, const AddressPolicy& policy) {
  if (!value.is_string()) return wrong_field("url", print_json(value), "a string");
  const std::string_view text(value.get_string());
  const auto url = check_url(text);
  if (!url) return wrong_url(text, "a URL that may be called: " + url.error().message);
  const auto address = address_of(url->host);
  if (url->scheme != "https" && !is_exempted(policy, address)) {
    return wrong_url(text, "an https URL");
  }
  const auto rule = address ? refused_by(policy, *address, url->port) : std::nullopt;
  if (rule)
    return wrong_url(text, "an address of the public internet; this is " + std::string(*rule));
  return url->url;
}

OrbitError wrong_event(const Json& value, std::size_t index) {
  std::string expected = "* or one of ";
  for (const LiveEventType type : live_event_types) {
    if (type != live_event_types.front()) expected += ", ";
    expected += to_string(type);
  }
  return wrong_field("events[" + std::to_string(index) + "]", print_json(value), expected);
}

OrbitResult<EventTypes> read_events(const Json& value) {
  if (!value.is_array() || value.get_array().empty()) {
    return wrong_field("events", print_json(value), "an array of names that is not empty");
  }
  EventTypes events = 0;
  std::size_t index = 0;
  for (const Json& item : value.get_array()) {
    if (!item.is_string()) return wrong_event(item, index);
    const std::string_view name(item.get_string());
    const auto type = parse_live_event_type(name);
    if (name != every_event && !type) return wrong_event(item, index);
    events = static_cast<EventTypes>(events | (type ? bit_of(*type) : all_event_types));
    ++index;
  }
  return events;
}

OrbitResult<std::string> read_description(const Json& value) {
  if (value.is_null()) return std::string();
  if (!value.is_string()) return wrong_field("description", print_json(value), "a string");
  const std::string_view text(value.get_string());
  if (utf8_count(text) > limits::webhook_description_chars_max) {
    return wrong_field(
        "description", "null",
        "at most " + std::to_string(limits::webhook_description_chars_max) + " characters");
  }
  return std::string(text);
}

/// What is wrong is never told back: it may be nearly a secret.
OrbitResult<std::optional<std::string>> read_secret(const Body& body) {
  const Json* value = find_member(body.root, "secret");
  if (value == nullptr || value->is_null()) return std::optional<std::string>{};
  const std::string_view text =
      value->is_string() ? std::string_view(value->get_string()) : std::string_view{};
  const bool plain = std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
  if (!plain || text.size() < limits::webhook_secret_chars_min ||
      text.size() > limits::webhook_secret_chars_max) {
    return wrong_field("secret", "null",
                       "a string of " + std::to_string(limits::webhook_secret_chars_min) + " to " +
                           std::to_string(limits::webhook_secret_chars_max) +
                           " characters of ASCII without blanks");
  }
  return std::optional(std::string(text));
}

}  // namespace

std::optional<WebhookId> read_webhook_id(std::string_view text) {
  const auto id = read_id(text, "whk_");
  return id ? std::optional(WebhookId{*id}) : std::nullopt;
}

std::optional<DeliveryId> read_delivery_id(std::string_view text) {
  const auto id = read_id(text, "dlv_");
  return id ? std::optional(DeliveryId{*id}) : std::nullopt;
}

OrbitResult<WebhookDraft> read_webhook(std::string_view text, const AddressPolicy& policy) {
  const auto body = read_body(text);
  if (!body) return body.error();
  const auto known = refuse_unknown(*body, {"url", "events", "description", "secret"});
  if (!known) return known.error();
  const Json* url = find_member(body->root, "url");
  if (url == nullptr) return missing_field("url", "an https URL");
  const Json* events = find_member(body->root, "events");
  if (events == nullptr) return missing_field("events", "an array of names");
  auto checked_url = read_url(*url, policy);
  if (!checked_url) return checked_url.error();
  const auto types = read_events(*events);
  if (!types) return types.error();
  WebhookDraft draft{std::move(*checked_url), *types, {}, {}};
  if (const Json* description = find_member(body->root, "description")) {
    auto read = read_description(*description);
    if (!read) return read.error();
    draft.description = std::move(*read);
  }
  auto secret = read_secret(*body);
  if (!secret) return secret.error();
  draft.secret = std::move(*secret);
  return draft;
}

OrbitResult<WebhookChanges> read_webhook_changes(std::string_view text,
                                                 const AddressPolicy& policy) {
  const auto body = read_body(text);
  if (!body) return body.error();
  const auto known = refuse_unknown(*body, {"url", "events", "description", "active"});
  if (!known) return known.error();
  WebhookChanges changes;
  if (const Json* url = find_member(body->root, "url")) {
    auto read = read_url(*url, policy);
    if (!read) return read.error();
    changes.url = std::move(*read);
  }
  if (const Json* events = find_member(body->root, "events")) {
    const auto read = read_events(*events);
    if (!read) return read.error();
    changes.events = *read;
  }
  if (const Json* description = find_member(body->root, "description")) {
    auto read = read_description(*description);
    if (!read) return read.error();
    changes.description = std::move(*read);
  }
  if (const Json* active = find_member(body->root, "active")) {
    if (!active->is_bool()) return wrong_field("active", print_json(*active), "true or false");
    changes.active = active->get_bool();
  }
  return changes;
}

OrbitResult<Rotation> read_rotation(std::string_view text) {
  Rotation rotation{limits::webhook_overlap_default, {}};
  if (text.empty()) return rotation;
  const auto body = read_body(text);
  if (!body) return body.error();
  const auto known = refuse_unknown(*body, {"overlap_seconds", "secret"});
  if (!known) return known.error();
  if (const Json* overlap = find_member(body->root, "overlap_seconds")) {
    constexpr std::chrono::seconds longest = limits::webhook_overlap_max;
    const bool fits =
        overlap->is_int64() && overlap->get_int64() >= 0 && overlap->get_int64() <= longest.count();
    if (!fits) {
      return wrong_field("overlap_seconds", print_json(*overlap),
                         "a whole number from 0 to " + std::to_string(longest.count()));
    }
    rotation.overlap = std::chrono::seconds{overlap->get_int64()};
  }
  auto secret = read_secret(*body);
  if (!secret) return secret.error();
  rotation.secret = std::move(*secret);
  return rotation;
}

OrbitResult<std::vector<DeliveryId>> read_redelivery(std::string_view text) {
  const auto body = read_body(text);
  if (!body) return body.error();
  const auto known = refuse_unknown(*body, {"ids", "status"});
  if (!known) return known.error();
  const Json* status = find_member(body->root, "status");
  const Json* ids = find_member(body->root, "ids");
  if (status == nullptr && ids == nullptr) {
    return missing_field("ids", "an array of delivery ids, or status: dead");
  }
  if (status != nullptr) {
    const bool dead = status->is_string() && std::string_view(status->get_string()) == "dead";
    if (!dead || ids != nullptr) {
      return wrong_field("status", print_json(*status), "dead, and no ids beside it");
    }
    return std::vector<DeliveryId>{};
  }
  const bool fits = ids->is_array() && !ids->get_array().empty() &&
                    ids->get_array().size() <= limits::webhook_redelivered_max;
  if (!fits) {
    return wrong_field(
        "ids", "null",
        "an array of 1 to " + std::to_string(limits::webhook_redelivered_max) + " delivery ids");
  }
  std::vector<DeliveryId> read;
  for (const Json& item : ids->get_array()) {
    const auto id =
        item.is_string() ? read_delivery_id(std::string_view(item.get_string())) : std::nullopt;
    if (!id) {
      return wrong_field("ids[" + std::to_string(read.size()) + "]", print_json(item),
                         "a delivery id");
    }
    read.push_back(*id);
  }
  return read;
}

OrbitResult<DeliveriesQuery> read_deliveries_query(const Request& request,
                                                   const CursorKeeper& keeper, WebhookId webhook) {
  DeliveriesQuery query;
  query.filter = "orbit/deliveries webhook=" + to_base62(webhook.id);
  if (const auto text = request.parameter("status")) {
    query.status = parse_delivery_status(*text);
    if (!query.status) {
      return wrong_field("status", JsonWriter().text(*text).take(),
                         "one of pending, delivered, dead", 400);
    }
    query.filter += " status=" + std::string(*text);
  }
  const auto page = read_page(request, keeper, query.filter);
  if (!page) return page.error();
  query.limit = page->limit;
  if (page->after) query.after = DeliveryId{*page->after};
  return query;
}

}  // namespace millrace::http::orbit
