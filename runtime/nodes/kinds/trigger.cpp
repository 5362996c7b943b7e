// trigger: where a run begins. Its options are read by flow/trigger_options.
#include "runtime/nodes/field_check.hpp"
#include "runtime/nodes/kinds/kinds.hpp"

namespace millrace::kinds {
namespace {

class CompiledTrigger final : public CompiledNode {
 public:
  Decision run(const NodeContext&) const override { return Finish{}; }
};

class TriggerKind final : public NodeKind {
 public:
  const KindSpec& spec() const override {
    static const KindSpec spec{
        .name = "trigger",
        .about = "Begins a run. What its data holds depends on the flow's trigger_type.",
        .fields = {
            {.name = "channel", .about = "inbound_message: the channel whose messages start it"},
            {.name = "channels", .about = "inbound_message: several of them"},
            {.name = "match", .about = "inbound_message: {mode: any|exact|contains|regex, values}"},
            {.name = "path", .about = "webhook: the path behind /hooks/{flow}/"},
            {.name = "methods", .fallback = R"(["POST"])", .about = "webhook: methods taken"},
            {.name = "auth",
             .fallback = R"({"type":"none"})",
             .about = "webhook: none, header, basic, bearer, hmac or standard_webhooks"},
            {.name = "response_mode",
             .fallback = R"("immediate")",
             .one_of = {"immediate", "on_complete", "respond_node"},
             .about = "webhook, api: when the caller is answered"},
            {.name = "max_body_bytes",
             .about = "webhook: largest body taken, at most the server's"},
            {.name = "schema", .about = "webhook: JSON Schema of the body"},
            {.name = "response", .about = "webhook: {status, headers, body} told at once"},
            {.name = "dedupe_key", .about = "webhook, event: the same text starts one run"},
            {.name = "input_schema", .about = "api: JSON Schema of the input"},
            {.name = "event", .about = "event: the type that starts it; may end in *"},
            {.name = "events", .about = "event: several of them"},
            {.name = "source", .about = "event: where it comes from; may end in *"},
            {.name = "filter", .type = FieldType::condition, .about = "event: which of them"},
            {.name = "max_age_seconds", .about = "event: older ones start nothing"},
            {.name = "cron", .about = "schedule: 5 fields; 6 with seconds in front; 7 with a year"},
            {.name = "every_seconds", .about = "schedule: an interval, instead of cron"},
            {.name = "timezone", .fallback = R"("UTC")", .about = "schedule: an IANA name"},
            {.name = "start_at", .about = "schedule: no fire before it"},
            {.name = "end_at", .about = "schedule: no fire after it"},
            {.name = "jitter_seconds", .fallback = "0", .about = "schedule: largest delay"},
            {.name = "overlap",
             .fallback = R"("allow")",
             .one_of = {"allow", "skip", "queue_one", "queue_all"},
             .about = "schedule: a fire that comes while an earlier run goes on"},
            {.name = "catch_up",
             .fallback = R"("latest")",
             .one_of = {"latest", "none", "all"},
             .about = "schedule: fires that were missed"},
            {.name = "catch_up_window_seconds",
             .fallback = "3600",
             .about = "schedule: how old a missed fire may be"},
            {.name = "dst",
             .fallback = R"("cronie")",
             .one_of = {"cronie", "literal"},
             .about = "schedule: what a change of local time does to times of day"},
        }};
    return spec;
  }

  std::unique_ptr<const CompiledNode> compile(const NodeDefinition& node,
                                              Problems& problems) const override {
    check_common_fields(node, problems);
    return std::make_unique<CompiledTrigger>();
  }
};

}  // namespace

const NodeKind& trigger() {
  static const TriggerKind kind;
  return kind;
}

}  // namespace millrace::kinds
