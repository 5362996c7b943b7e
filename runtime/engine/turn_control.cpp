// What a turn does because of the world around the flow: its caps, its callers' wishes, and what it
// keeps of an earlier run.
#include "runtime/engine/turn_maker.hpp"

#include <utility>

namespace millrace {

void TurnMaker::control(Control what) {
  switch (what) {
    case Control::cancel:
      return end_run(RunStatus::cancelled,
                     engine_error("EXECUTION_CANCELLED", "The run was cancelled on request.",
                                  ErrorClass::cancelled),
                     {});
    case Control::pause:
      if (!state_.paused && !end_at_cap()) commit(PauseChanged{true});
      return;
    case Control::resume:
      if (!state_.paused || end_at_cap()) return;
      commit(PauseChanged{false});
      return work();
  }
}

void TurnMaker::keep(const KeptChanges& kept) {
  for (const Change& change : kept.changes) {
    if (!apply(state_, change, now_, {})) {
      return end_run(RunStatus::failed,
                     engine_error("REPLAY_MISFIT", "What was kept does not fit the flow version.",
                                  ErrorClass::runtime),
                     {});
    }
    turn_.record.changes.push_back(change);
  }
}

bool TurnMaker::end_at_cap() {
  const auto is_past = [&](const std::optional<Duration>& cap) {
    return cap && now_ >= state_.started + *cap;
  };
  const bool timed_out = is_past(program_.max_duration);
  const bool expired = is_past(program_.ttl);
  if (!timed_out && !expired) return false;
  if (timed_out && (!expired || *program_.max_duration <= *program_.ttl)) {
    end_run(RunStatus::timed_out,
            engine_error("EXECUTION_TIMED_OUT", "The run took longer than max_duration_seconds.",
                         ErrorClass::timeout),
            {});
  } else {
    end_run(RunStatus::cancelled,
            engine_error("EXECUTION_EXPIRED", "The run did not end within ttl_seconds.",
                         ErrorClass::cancelled),
            {});
  }
  return true;
}

}  // namespace millrace
