// The port Archive on our tables: lists in order, runs by id, traces from the log.
#pragma once

#include "runtime/ports/archive.hpp"
#include "storage/bulk_rows.hpp"
#include "storage/catalogue.hpp"
#include "storage/feed_log.hpp"
#include "storage/horizon.hpp"
#include "storage/key_value.hpp"
#include "storage/rows/codec.hpp"
#include "storage/webhooks/webhook_reads.hpp"

namespace millrace::storage {

/// Thread-safe. Every answer is made from one view, so a list never shows a run twice or halfway.
class TableArchive : public Archive {
 public:
  TableArchive(const KeyValue& tables, const Catalogue& catalogue, const Redaction& redaction,
               const Clock& clock)
      : tables_(tables), catalogue_(catalogue), redaction_(redaction), clock_(clock) {}

  std::optional<ApiKey> key(const Sha256& hash) const override { return catalogue_.key(hash); }
  std::shared_ptr<const PublishedFlow> published(FlowId flow) const override {
    return catalogue_.published(flow);
  }
  std::vector<std::shared_ptr<const PublishedFlow>> published_by_trigger(
      WorkspaceNumber workspace, TriggerType type) const override {
    return catalogue_.published_by_trigger(workspace, type);
  }
  std::vector<ApiKey> keys() const override { return catalogue_.keys(); }
  std::optional<Workspace> workspace(std::string_view name) const override {
    return catalogue_.workspace(name);
  }
  std::vector<Workspace> workspaces() const override { return catalogue_.workspaces(); }
  std::optional<StoredFlow> flow(WorkspaceNumber workspace, FlowId flow) const override {
    return catalogue_.flow(workspace, flow);
  }
  Page<StoredFlow> flows(WorkspaceNumber workspace, std::optional<Dialect> dialect,
                         std::optional<FlowId> after, int limit) const override {
    return catalogue_.flows(workspace, dialect, after, limit);
  }
  std::optional<StoredFlowVersion> version(FlowId flow, std::uint32_t version) const override;
  Result<Page<ExecutionSummary>> executions(const ExecutionQuery& query) const override;
  Result<ExecutionSummary> execution(WorkspaceNumber workspace, ExecutionId id) const override;
  Result<Trace> trace(const ExecutionSummary& summary) const override;
  Result<std::vector<TurnRecord>> records(const ExecutionSummary& summary) const override;
  Result<FeedPage> feed(const FeedQuery& query) const override {
    return read_feed(*tables_.view(), query, horizon(query.workspace), redaction_);
  }
  Result<FeedTurn> turn(WorkspaceNumber workspace, ExecutionId id,
                        std::uint32_t number) const override;
  Result<Webhook> webhook(WorkspaceNumber workspace, WebhookId id) const override {
    return read_webhook(*tables_.view(), workspace, id);
  }
  Result<std::vector<Webhook>> webhooks(WorkspaceNumber workspace) const override {
    return read_webhooks(*tables_.view(), workspace);
  }
  Result<std::vector<StoredWebhook>> all_webhooks() const override {
    return read_all_webhooks(*tables_.view());
  }
  Result<Page<Delivery>> deliveries(const DeliveryQuery& query) const override {
    return read_deliveries(*tables_.view(), query);
  }
  Result<ProgramPtr> program(FlowId flow, std::uint32_t version) const override {
    return catalogue_.program(flow, version);
  }
  std::optional<ApiKey> key_of(KeyId key) const override { return catalogue_.key(key); }
  Result<BulkJob> bulk_job(WorkspaceNumber workspace, BulkId job) const override {
    return read_bulk_job(tables_, workspace, job);
  }
  Result<Page<BulkJob>> bulk_jobs(WorkspaceNumber workspace, std::optional<BulkId> after,
                                  int limit) const override {
    return read_bulk_jobs(*tables_.view(), workspace, after, limit);
  }
  Result<std::vector<BulkJob>> open_bulk_jobs() const override {
    return read_open_bulk_jobs(*tables_.view());
  }
  Result<std::vector<ExecutionId>> bulk_items(BulkId job, std::uint32_t chunk) const override {
    return read_bulk_items(tables_, job, chunk);
  }
  Result<std::string> bulk_inputs(BulkId job) const override {
    return read_bulk_inputs(tables_, job);
  }

 private:
  Result<std::vector<TurnRecord>> turns(const ExecutionSummary& summary,
                                        const Redaction* redaction) const;
  Horizon horizon(WorkspaceNumber workspace) const {
    return {tables_, catalogue_, workspace, clock_.now()};
  }

  const KeyValue& tables_;
  const Catalogue& catalogue_;
  const Redaction& redaction_;
  const Clock& clock_;
};

}  // namespace millrace::storage
