// The mail of outgoing webhooks, beside messages.hpp.
#pragma once

#include "actors/messages.hpp"
#include "runtime/ports/archive.hpp"
#include "runtime/webhooks/signed_call.hpp"

namespace millrace::actors {

struct FeedGrew {
  WorkspaceNumber workspace{};
};

struct CollectRequest {
  WebhookId webhook;
  WorkspaceNumber workspace{};
  EventPosition after;
  EventTypes events = 0;
};
struct CollectedEvents {
  std::vector<Delivery> rows;  ///< without an id, and due at no time yet
  EventPosition end;           ///< where to go on
  bool has_more = false;
  bool gap = false;  ///< the feed no longer goes back that far
};
struct Collected {
  WebhookId webhook;
  Result<CollectedEvents> events = Error{};
};

/// What became of a change that the sender asked for.
struct Noted {
  std::shared_ptr<const WebhookChange> change;
  std::optional<ErrorCode> failed;
  bool has_more = false;
};

struct BodyRequest {
  std::uint64_t ticket = 0;  ///< the sender's number of the attempt
  WorkspaceNumber workspace{};
  Delivery delivery;
};
struct LoadedBody {
  std::uint64_t ticket = 0;
  Result<DeliveryText> text = Error{};
};
struct DeliveryDone {
  std::uint64_t ticket = 0;
  Parcel<Result<CallReply>> result;
};

struct LoadedWebhooks {
  Result<std::vector<StoredWebhook>> webhooks = Error{};
};

}  // namespace millrace::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::BodyRequest)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::CollectRequest)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::CollectedPtr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::DeliveryDone)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::FeedGrew)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::LoadedBodyPtr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::LoadedWebhooksPtr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::Noted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(millrace::actors::WebhookOutcomePtr)
