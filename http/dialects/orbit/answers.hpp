// Orbit's answers, written from neutral values. Pure. Source: contracts «Orbit», what we serve.
#pragma once

#include "http/dialects/idempotency.hpp"
#include "runtime/engine/dry_run.hpp"
#include "runtime/engine/live_events.hpp"
#include "runtime/engine/summary.hpp"
#include "runtime/engine/trace.hpp"
#include "runtime/flow/catalog.hpp"
#include "runtime/flow/problem.hpp"
#include "runtime/ports/archive.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace::http::orbit {

/// `flw_` or `exec_` and 21 characters.
std::string spell(FlowId flow);
std::string spell(ExecutionId execution);

/// `{data: flow, meta}`: create, update, unpublish.
std::string flow_answer(const StoredFlow& flow, const AnswerMeta& meta);
/// When a published schedule is due next.
struct ScheduleView {
  std::string timezone;
  std::vector<Timestamp> next_fires;
};

/// With the definition of its newest version, byte for byte as it was sent.
std::string flow_answer(const StoredFlow& flow, const StoredFlowVersion& newest,
                        const AnswerMeta& meta, const std::optional<ScheduleView>& schedule = {});
/// With the warnings that publishing found.
std::string published_answer(const StoredFlow& flow, const Problems& problems,
                             const AnswerMeta& meta);
/// `{data: {valid, errors, warnings}, meta}`.
std::string validated_answer(const Problems& problems, const AnswerMeta& meta);
/// `{errors, warnings}` for error details.
std::string problem_details(const Problems& problems);

/// `cursor` is empty at the end. Both published forms of page info.
std::string flows_answer(const Page<StoredFlow>& page, const std::string& cursor,
                         const AnswerMeta& meta);

/// One version with its definition, byte for byte as it was sent.
std::string version_answer(const StoredFlow& flow, const StoredFlowVersion& version,
                           const AnswerMeta& meta);
/// Newest first; `status` says which one is published and which ones are archived.
std::string versions_answer(const Page<StoredFlowVersion>& page, const StoredFlow& flow,
                            const std::string& cursor, const AnswerMeta& meta);

/// 202 of execute. Says `running` (or `pending`) whatever has become of the run by now, so that a
/// duplicate is answered with the same bytes.
std::string accepted_answer(FlowId flow, const TriggerOutcome& outcome, const TriggerMemo& memo);
/// 200 of execute, where the flow's trigger asks for its outcome.
std::string outcome_answer(FlowId flow, const TriggerOutcome& outcome, const TriggerMemo& memo);

/// 202 of replay; duplicates as above.
std::string replayed_answer(ExecutionId origin, const TriggerOutcome& outcome,
                            const TriggerMemo& memo);
/// 200 of cancel, pause, resume: the run as it is now.
std::string controlled_answer(const ExecutionSummary& run, const AnswerMeta& meta);
/// A live event: the same shape on the stream and in webhooks. `turn` is the turn it stands in.
std::string live_event(const FeedTurn& turn, const LiveEvent& event);
/// `stream.gap`, `stream.overflow`; `details` is the text of a JSON object.
std::string stream_control(std::string_view type, Timestamp at, std::string_view details);

/// 200 of test: status and node runs as of an execution, and the calls that were not made.
std::string dry_run_answer(const Program& program, ExecutionId execution, const DryRun& run,
                           bool error_as_string, const AnswerMeta& meta);

/// How an execution item looks beyond its summary.
struct ExecutionView {
  bool error_as_string = false;  ///< X-Orbit-Compat: 2026-03
  /// Names of the flow versions that occur.
  std::map<std::pair<FlowId, std::uint32_t>, std::string> flow_names;
};

std::string executions_answer(const Page<ExecutionSummary>& page, const std::string& cursor,
                              const ExecutionView& view, const AnswerMeta& meta);
std::string execution_answer(const ExecutionSummary& summary, const Trace& trace,
                             const ExecutionView& view, const AnswerMeta& meta);

}  // namespace millrace::http::orbit
