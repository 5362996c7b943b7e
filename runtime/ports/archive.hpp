// Reading what is durable. Asked by http, answered by storage. Thread-safe. Those marked «memory»
// never touch the disk and may be called on an I/O thread; the rest belong on the archive's own
// thread.
#pragma once

#include "runtime/bulk/bulk_job.hpp"
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
  bool open = false;  ///< only runs that have not ended
  std::optional<TriggerType> trigger_type;
  std::optional<Timestamp> started_from;    ///< at or after
  std::optional<Timestamp> started_before;  ///< strictly before
  std::optional<ExecutionId> after;         ///< the cursor's position: strictly older than this
  int limit = limits::page_size_default;
};
/// The runs that a bulk job is for; of those that it may cancel, the ones that go on.
inline ExecutionQuery bulk_query(WorkspaceNumber workspace, BulkKind kind,
                                 const BulkFilter& filter) {
  ExecutionQuery query;
  query.workspace = workspace;
  query.flow = filter.flow;
  query.status = filter.status;
  query.open = kind == BulkKind::cancel;
  query.trigger_type = filter.trigger_type;
  query.started_from = filter.started_from;
  query.started_before = filter.started_before;
  query.limit = limits::page_size_max;
  return query;
}
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
  virtual std::vector<Workspace> workspaces() const { return {}; }  ///< by number
  virtual std::optional<StoredFlow> flow(WorkspaceNumber workspace,
                                         FlowId flow) const = 0;  ///< not deleted
  virtual Page<StoredFlow> flows(WorkspaceNumber workspace, std::optional<Dialect> dialect,
                                 std::optional<FlowId> after, int limit) const = 0;
  virtual std::optional<StoredFlowVersion> version(FlowId flow, std::uint32_t version) const = 0;
  // What a workspace's retention hides is hidden by all of these from that instant on: it counts
  // from a run's end, and from its commit for a turn of the feed. A run whose first records have
  // left the disk is hidden too.
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

  /// Also a revoked one. «memory»
  virtual std::optional<ApiKey> key_of(KeyId) const { return std::nullopt; }
  virtual Result<BulkJob> bulk_job(WorkspaceNumber, BulkId) const {
    return Error{ErrorCode::not_found, "no such bulk job"};
  }
  virtual Result<Page<BulkJob>> bulk_jobs(WorkspaceNumber, std::optional<BulkId> /*after*/,
                                          int /*limit*/) const {
    return Page<BulkJob>{};
  }
  /// Of all workspaces: those that go on.
  virtual Result<std::vector<BulkJob>> open_bulk_jobs() const { return std::vector<BulkJob>{}; }
  /// The runs of one chunk of a job that goes on. Errors: not_found.
  virtual Result<std::vector<ExecutionId>> bulk_items(BulkId, std::uint32_t /*chunk*/) const {
    return Error{ErrorCode::not_found, "no such bulk job"};
  }
  /// The inputs that a replay job was given, as JSON text. Errors: not_found.
  virtual Result<std::string> bulk_inputs(BulkId) const {
    return Error{ErrorCode::not_found, "no such bulk job"};
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
