// Reading what is durable. Asked by http, answered by storage. Thread-safe. Those marked «memory»
// never touch the disk and may be called on an I/O thread; the rest belong on the archive's own
// thread.
#pragma once

#include "runtime/engine/summary.hpp"
#include "runtime/engine/trace.hpp"
#include "runtime/flow/catalog.hpp"
#include "runtime/ports/event_feed.hpp"
#include "runtime/ports/webhook_change.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace millrace {

struct ExecutionQuery {
  WorkspaceNumber workspace{};
  std::optional<FlowId> flow;
  std::optional<RunStatus> status;
  std::optional<TriggerType> trigger_type;
  std::optional<Timestamp> started_from;    ///< at or after
  std::optional<Timestamp> started_before;  ///< strictly before
  std::optional<ExecutionId> after;         ///< the cursor's position: strictly older than this
  int limit = limits::page_size_default;
};
template <class Row>
struct Page {
  std::vector<Row> rows;  ///< newest first
  bool has_more = false;
  std::optional<Id> next;  ///< where to go on; set when has_more
};
/// Newest first.
struct DeliveryQuery {
  WorkspaceNumber workspace{};
  WebhookId webhook;
  std::optional<DeliveryStatus> status;
  std::optional<DeliveryId> after;
  int limit = limits::page_size_default;
};
/// What the sender goes on from.
struct StoredWebhook {
  Webhook webhook;  ///< deleted ones too
  WebhookProgress progress;
  std::vector<Delivery> pending;
};
struct PublishedFlow {
  StoredFlow flow;
  ProgramPtr program;
};

class Archive {
 public:
  virtual ~Archive() = default;
  virtual std::optional<ApiKey> key(const Sha256& hash) const = 0;                ///< memory
  virtual std::shared_ptr<const PublishedFlow> published(FlowId flow) const = 0;  ///< memory
  virtual std::vector<std::shared_ptr<const PublishedFlow>> published_by_trigger(
      WorkspaceNumber workspace, TriggerType type) const = 0;  ///< memory
  virtual std::vector<ApiKey> keys() const = 0;
  virtual std::optional<Workspace> workspace(std::string_view name) const = 0;
  virtual std::optional<StoredFlow> flow(WorkspaceNumber workspace,
                                         FlowId flow) const = 0;  ///< not deleted
  virtual Page<StoredFlow> flows(WorkspaceNumber workspace, std::optional<Dialect> dialect,
                                 std::optional<FlowId> after, int limit) const = 0;
  virtual std::optional<StoredFlowVersion> version(FlowId flow, std::uint32_t version) const = 0;
  virtual Result<Page<ExecutionSummary>> executions(const ExecutionQuery& query) const = 0;
  virtual Result<ExecutionSummary> execution(WorkspaceNumber workspace, ExecutionId id) const = 0;
  virtual Result<Trace> trace(const ExecutionSummary& summary) const = 0;
  /// Everything that a run has recorded, in turn order. Errors: not_found (purged).
  virtual Result<std::vector<TurnRecord>> records(const ExecutionSummary& summary) const = 0;
  /// A flow version ready to run. Errors: not_found, corrupt.
  virtual Result<ProgramPtr> program(FlowId flow, std::uint32_t version) const = 0;
  /// Committed turns of the last 24 hours, in order, a page at a time.
  virtual Result<FeedPage> feed(const FeedQuery&) const {
    return Error{ErrorCode::not_found, "the feed is not kept"};
  }
  /// One turn, as it stands in the feed. Errors: not_found (purged), corrupt.
  virtual Result<FeedTurn> turn(WorkspaceNumber, ExecutionId, std::uint32_t) const {
    return Error{ErrorCode::not_found, "turns are not kept"};
  }
  /// Not deleted. Errors: not_found.
  virtual Result<Webhook> webhook(WorkspaceNumber, WebhookId) const {
    return Error{ErrorCode::not_found, "no such webhook"};
  }
  /// Not deleted, newest first; few.
  virtual Result<std::vector<Webhook>> webhooks(WorkspaceNumber) const {
    return std::vector<Webhook>{};
  }
  virtual Result<std::vector<StoredWebhook>> all_webhooks() const {
    return std::vector<StoredWebhook>{};
  }
  virtual Result<Page<Delivery>> deliveries(const DeliveryQuery&) const { return Page<Delivery>{}; }
};

}  // namespace millrace
