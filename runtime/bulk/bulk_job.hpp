// A bulk job: one wish of a caller (cancel, replay) for every run that a filter found. What it is,
// and how far it has come; all of it is on disk.
#pragma once

#include "runtime/base/bulk_limits.hpp"
#include "runtime/base/ids.hpp"
#include "runtime/engine/status.hpp"
#include "runtime/flow/model.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

using BulkId = TypedId<struct BulkTag>;

// Numbers are on disk: never renumber, never reuse.
enum class BulkKind : std::uint8_t { cancel = 1, replay = 2 };
/// A job first collects what it is for, then touches it.
enum class BulkStatus : std::uint8_t { collecting = 1, running = 2, completed = 3, stopped = 4 };
enum class BulkStop : std::uint8_t {
  none = 0,
  asked = 1,
  key_revoked = 2,
  scope_lost = 3,
  too_old = 4,     ///< nobody carried it on for longer than its replays can be told apart
  unreadable = 5,  ///< its list of runs is damaged
};
/// Why a run was not touched.
enum class BulkProblem : std::uint8_t {
  already_finished = 1,  ///< it has ended meanwhile: nothing to cancel
  changed = 2,           ///< it has another status than the filter asked for
  not_found = 3,         ///< it, or what it recorded, is gone
  not_published = 4,
  version_gone = 5,
  needs_inputs = 6,    ///< a webhook is not replayed without inputs
  no_failed_node = 7,  ///< there is no failed node to replay from
  unreadable = 8,
};
/// Skipped: there was nothing to do any more. Otherwise it could not be done.
bool is_skip(BulkProblem problem);
std::string_view to_string(BulkKind kind);
std::string_view to_string(BulkStatus status);

struct BulkFilter {
  std::optional<FlowId> flow;  ///< the nil flow: a filter that matches nothing
  std::optional<RunStatus> status;
  std::optional<TriggerType> trigger_type;
  std::optional<Timestamp> started_from;    ///< at or after
  std::optional<Timestamp> started_before;  ///< strictly before
  bool operator==(const BulkFilter&) const = default;
};

struct BulkRefusal {
  ExecutionId run;
  BulkProblem problem = BulkProblem::unreadable;
  bool operator==(const BulkRefusal&) const = default;
};

/// `total` = `done` + `failed` + `skipped` + remaining(), at every moment.
struct BulkJob {
  BulkId id;  ///< runs accepted later than its millisecond are not for it
  WorkspaceNumber workspace{};
  KeyId caller;  ///< as whom it works
  BulkKind kind = BulkKind::cancel;
  BulkFilter filter;
  std::optional<bool> use_latest_version;  ///< of a replay, as in ReplayWish; so the next two
  bool from_failed_node = false;
  bool has_inputs = false;  ///< they stand in a row of their own
  Timestamp created{};
  Timestamp updated{};
  std::optional<Timestamp> ended;
  BulkStatus status = BulkStatus::collecting;
  bool stop_asked = false;
  BulkStop reason = BulkStop::none;  ///< why it was stopped
  std::optional<ExecutionId> collected_to;
  bool truncated = false;    ///< there were more runs than a job may have
  std::uint32_t chunks = 0;  ///< of items, collected so far
  std::uint32_t chunk_at = 0;
  std::uint32_t item_at = 0;  ///< of that chunk; what lies before is over
  std::uint64_t total = 0;
  std::uint64_t done = 0;
  std::uint64_t failed = 0;
  std::uint64_t skipped = 0;
  std::vector<BulkRefusal> refusals;  ///< the first ones

  std::uint64_t remaining() const { return total - done - failed - skipped; }
  bool operator==(const BulkJob&) const = default;
};
using BulkJobPtr = std::shared_ptr<const BulkJob>;

constexpr bool has_ended(BulkStatus status) { return status >= BulkStatus::completed; }

/// Strictly newer than every run that the job may touch.
ExecutionId bound_of(const BulkJob& job);

}  // namespace millrace
