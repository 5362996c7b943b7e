// Bulk jobs that live: over crashes, beside live triggers, for callers who lose their key.
#include "runtime/ports/archive.hpp"
#include "tests/actors/fixture.hpp"

#include <algorithm>

namespace millrace::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int waits_long = 36'000;

class BulkHouse : public HouseTest {
 protected:
  KeyId make_key(Scopes scopes = scopes_default) {
    ApiKey key;
    key.id = KeyId{ids->next(Partition{0})};
    key.workspace = workspace;
    key.scopes = scopes;
    key.hash = sha256(to_base62(key.id.id));
    change({CreateKey{key}}).value();
    return key.id;
  }
  /// Oldest first: the last in a job's line stand in front.
  std::vector<ExecutionId> begin(const ProgramPtr& program, int count) {
    std::vector<ExecutionId> runs;
    std::list<Told> told;
    for (int i = 0; i < count; ++i) {
      EXPECT_FALSE(submit(program, told.emplace_back()));
      if (i % 1'000 == 999) run();
    }
    run();
    for (const Told& one : told) runs.push_back(one.value().execution);
    std::ranges::sort(runs);
    return runs;
  }
  BulkJob job_of(BulkKind kind, KeyId caller, BulkFilter filter = {}) {
    BulkJob job;
    job.id = BulkId{ids->next(Partition{0})};
    job.workspace = workspace;
    job.caller = caller;
    job.kind = kind;
    job.filter = filter;
    job.created = job.updated = clock.now();
    return job;
  }
  /// Without waiting for what it does.
  BulkId ask(const BulkJob& job) {
    EXPECT_FALSE(system->gateway().change({CreateBulk{std::make_shared<const BulkJob>(job), ""}},
                                          {&sink, [](const Result<ChangeOutcome>&) {}}));
    return watched = job.id;
  }
  BulkJob stored(BulkId job) { return store->archive().bulk_job(workspace, job).value(); }
  BulkJob stored() { return stored(watched); }

  /// What a dry run says.
  std::size_t counted(BulkKind kind, const BulkFilter& filter) {
    ExecutionQuery query = bulk_query(workspace, kind, filter);
    std::size_t count = 0;
    for (bool more = true; more;) {
      const auto page = store->archive().executions(query).value();
      count += page.rows.size();
      more = page.has_more;
      if (more) query.after = ExecutionId{*page.next};
    }
    return count;
  }
  /// Checks the sum before every commit from here on, and calls `then`.
  void watch(std::function<void(const BulkJob&)> then = {}) {
    journal->before_commit = [this, then = std::move(then)] {
      const auto job = store->archive().bulk_job(workspace, watched);
      if (!job) return;
      ++observed;
      ASSERT_LE(job->done + job->failed + job->skipped, job->total);
      ASSERT_EQ(job->total, job->done + job->failed + job->skipped + job->remaining());
      if (then) then(*job);
    };
  }
  void unwatch() { journal->before_commit = nullptr; }
  void lose_the_disk() { journal->failure = Error{ErrorCode::unavailable, "no space"}; }
  /// The process ends while nothing reaches the disk, as if it were killed; live() begins it anew.
  void die() {
    system.reset();
    journal->failure.reset();
  }
  void live() {
    restart();
    advance(seconds{2});
  }
  std::map<ExecutionId, int> replays_by_origin() const {
    std::map<ExecutionId, int> count;
    for (const auto& [id, summary] : journal->summaries)
      if (summary.replay_of) ++count[*summary.replay_of];
    return count;
  }

  BulkId watched;
  int observed = 0;
};

class bulk : public BulkHouse {};

TEST_F(bulk, honest) {
  constexpr int matching = 10'000, meanwhile = 50;
  const auto program = publish(waits_for(waits_long));
  const auto other = publish(waits_for(waits_long));
  const KeyId caller = make_key();
  const auto runs = begin(program, matching);
  const auto bystanders = begin(other, 10);
  const BulkFilter filter{program->flow, {}, {}, {}, {}};
  EXPECT_EQ(counted(BulkKind::cancel, filter), static_cast<std::size_t>(matching));
  EXPECT_EQ(runs_with(RunStatus::cancelled), 0u) << "counting touches nothing";

  // Somebody cancels the ones that are last in line while the job is at work, and the disk is lost
  // three times at different points of its steps.
  std::list<Controlled> controlled;
  std::uint64_t crash_at = 2'500;
  int commits_left = -1;
  watch([&](const BulkJob& job) {
    if (job.status == BulkStatus::running && controlled.empty()) {
      for (int i = 0; i < meanwhile; ++i)
        ask_control(runs[static_cast<std::size_t>(i)], Control::cancel, controlled.emplace_back());
    }
    if (commits_left < 0 && job.done >= crash_at) commits_left = static_cast<int>(crash_at % 4);
    if (commits_left >= 0 && commits_left-- == 0) lose_the_disk();
  });
  ask(job_of(BulkKind::cancel, caller, filter));
  clock.advance(milliseconds{1});
  const auto late = begin(program, 5);
  for (int crashes = 0; crashes < 3; ++crashes) {
    ASSERT_TRUE(journal->failure) << "it went on behind the crash " << crashes;
    die();
    crash_at += 2'501;
    commits_left = -1;
    live();
  }
  const BulkJob job = stored();
  EXPECT_EQ(job.status, BulkStatus::completed);
  EXPECT_EQ(job.total, static_cast<std::uint64_t>(matching));
  EXPECT_EQ(job.done + job.skipped, job.total);
  EXPECT_EQ(job.skipped, static_cast<std::uint64_t>(meanwhile));
  EXPECT_EQ(job.refusals.size(), static_cast<std::size_t>(meanwhile));
  EXPECT_EQ(job.refusals.front().problem, BulkProblem::already_finished);
  EXPECT_EQ(runs_with(RunStatus::cancelled), static_cast<std::size_t>(matching));
  for (const ExecutionId& id : bystanders) EXPECT_EQ(status(id), RunStatus::running);
  for (const ExecutionId& id : late) EXPECT_EQ(status(id), RunStatus::running);
  EXPECT_GT(observed, 300);
  EXPECT_FALSE(store->archive().bulk_items(watched, job.chunk_at)) << "nothing is left behind";
}

TEST_F(BulkHouse, AReplayThatIsKilledAtAnyCommitBeginsEachRunOnce) {
  const auto program = publish(pure);
  const auto gone = publish(pure);
  const KeyId caller = make_key();
  begin(program, 300);
  begin(gone, 30);
  change({PublishFlow{workspace, gone->flow, 0, clock.now()}}).value();
  int commits = 0, next_crash = 3;
  watch([&](const BulkJob&) {
    if (++commits == next_crash) lose_the_disk();
  });
  ask(job_of(BulkKind::replay, caller, {{}, RunStatus::completed, {}, {}, {}}));
  run();
  int crashes = 0;
  while (journal->failure) {
    die();
    ++crashes;
    commits = 0;
    next_crash = 3 + crashes % 3;
    live();
  }
  EXPECT_GT(crashes, 5);
  const BulkJob job = stored();
  EXPECT_EQ(job.status, BulkStatus::completed);
  EXPECT_EQ(job.total, 330u);
  EXPECT_EQ(job.done, 300u);
  EXPECT_EQ(job.failed, 30u);
  EXPECT_EQ(job.refusals.front().problem, BulkProblem::not_published);
  const auto replays = replays_by_origin();
  EXPECT_EQ(replays.size(), 300u);
  EXPECT_TRUE(std::ranges::all_of(replays, [](const auto& entry) { return entry.second == 1; }));
}

TEST_F(BulkHouse, AReplayTakesTheInputsThatTheJobWasGiven) {
  const auto program = publish(pure);
  const KeyId caller = make_key();
  begin(program, 3);
  BulkJob job = job_of(BulkKind::replay, caller);
  job.has_inputs = true;
  watched = job.id;
  change({CreateBulk{std::make_shared<const BulkJob>(job), R"({"n":7})"}}).value();
  EXPECT_EQ(stored().done, 3u);
  for (const auto& [id, turns] : journal->turns) {
    if (!journal->summaries.at(id).replay_of) continue;
    EXPECT_EQ(std::get<RunEnded>(turns.back().changes.back()).output, R"({"n":7})");
  }
  EXPECT_FALSE(store->archive().bulk_inputs(job.id)) << "nothing is left behind";
}

TEST_F(BulkHouse, AKeyThatIsRevokedStopsItsJobMidway) {
  const auto program = publish(waits_for(waits_long));
  const KeyId caller = make_key();
  begin(program, 400);
  bool revoked = false;
  watch([&](const BulkJob& job) {
    if (job.done < 100 || std::exchange(revoked, true)) return;
    EXPECT_FALSE(system->gateway().change({RevokeKey{caller, clock.now()}},
                                          {&sink, [](const Result<ChangeOutcome>&) {}}));
  });
  ask(job_of(BulkKind::cancel, caller));
  run();
  const BulkJob job = stored();
  EXPECT_EQ(job.status, BulkStatus::stopped);
  EXPECT_EQ(job.reason, BulkStop::key_revoked);
  EXPECT_GE(job.done, 100u);
  EXPECT_GT(job.remaining(), 0u);
  EXPECT_EQ(runs_with(RunStatus::cancelled), job.done) << "what is counted is what happened";
  EXPECT_EQ(runs_with(RunStatus::running), job.remaining());
}

TEST_F(BulkHouse, AKeyWithoutTheScopeTouchesNothing) {
  const auto program = publish(waits_for(waits_long));
  const auto scopes = static_cast<Scopes>(Scope::executions_read);
  const KeyId caller = make_key(scopes);
  begin(program, 3);
  ask(job_of(BulkKind::cancel, caller));
  run();
  EXPECT_EQ(stored().status, BulkStatus::stopped);
  EXPECT_EQ(stored().reason, BulkStop::scope_lost);
  EXPECT_EQ(runs_with(RunStatus::running), 3u);
}

TEST_F(BulkHouse, AJobOfAnotherWorkspaceTouchesNothingHere) {
  const auto program = publish(waits_for(waits_long));
  begin(program, 3);
  const WorkspaceNumber ours = workspace;
  workspace = change({EnsureWorkspace{"theirs"}}).value().workspace->number;
  const KeyId caller = make_key();
  ask(job_of(BulkKind::cancel, caller, {program->flow, {}, {}, {}, {}}));
  run();
  EXPECT_EQ(stored().status, BulkStatus::completed);
  EXPECT_EQ(stored().total, 0u);
  EXPECT_EQ(runs_with(RunStatus::running), 3u);
  EXPECT_FALSE(store->archive().bulk_job(ours, watched)) << "nor is it seen from here";
}

TEST_F(BulkHouse, AJobThatIsAskedToStopFinishesWhatItHasInHand) {
  const auto program = publish(waits_for(waits_long));
  const KeyId caller = make_key();
  begin(program, 400);
  bool asked = false;
  watch([&](const BulkJob& job) {
    if (job.done < 100 || std::exchange(asked, true)) return;
    EXPECT_FALSE(system->gateway().change({StopBulk{workspace, job.id, clock.now()}},
                                          {&sink, [](const Result<ChangeOutcome>&) {}}));
  });
  ask(job_of(BulkKind::cancel, caller));
  run();
  EXPECT_EQ(stored().status, BulkStatus::stopped);
  EXPECT_EQ(stored().reason, BulkStop::asked);
  EXPECT_EQ(runs_with(RunStatus::cancelled), stored().done);
  EXPECT_GT(stored().remaining(), 0u);
  EXPECT_TRUE(change({StopBulk{workspace, watched, clock.now()}}).has_value());
}

TEST_F(BulkHouse, LiveRunsGoFirst) {
  settings.live_runs_max = 8;
  const auto program = publish(pure);
  const auto calls = publish(calls_out());
  const KeyId caller = make_key();
  begin(program, 20);
  begin(calls, 5);
  ask(job_of(BulkKind::replay, caller, {program->flow, {}, {}, {}, {}}));
  run();
  advance(seconds{5});
  EXPECT_EQ(stored().total, 0u) << "more than half of the room is taken";
  outbound.answer_all();
  run();
  advance(seconds{1});
  EXPECT_EQ(stored().status, BulkStatus::completed);
  EXPECT_EQ(stored().done, 20u);
}

TEST_F(BulkHouse, JobsTakeTurns) {
  const auto program = publish(waits_for(waits_long));
  const auto other = publish(waits_for(waits_long));
  const KeyId caller = make_key();
  begin(program, 400);
  begin(other, 400);
  const BulkId first = ask(job_of(BulkKind::cancel, caller, {program->flow, {}, {}, {}, {}}));
  const BulkId second = ask(job_of(BulkKind::cancel, caller, {other->flow, {}, {}, {}, {}}));
  bool together = false;
  watch([&](const BulkJob&) {
    const auto one = store->archive().bulk_job(workspace, first);
    const auto two = store->archive().bulk_job(workspace, second);
    together = together || (one && two && one->done > 0 && one->remaining() > 0 && two->done > 0 &&
                            two->remaining() > 0);
  });
  run();
  EXPECT_TRUE(together);
  EXPECT_EQ(stored(first).done + stored(second).done, 800u);
}

TEST_F(BulkHouse, ADiskThatWasFullLosesNothing) {
  const auto program = publish(waits_for(waits_long));
  const KeyId caller = make_key();
  begin(program, 200);
  int commits = 0;
  watch([&](const BulkJob&) {
    if (++commits == 6) lose_the_disk();
  });
  ask(job_of(BulkKind::cancel, caller));
  run();
  ASSERT_TRUE(journal->failure);
  unwatch();
  advance(seconds{3});
  EXPECT_LT(stored().done, 200u);
  journal->failure.reset();
  for (int i = 0; i < 5; ++i) advance(seconds{1});
  EXPECT_EQ(stored().status, BulkStatus::completed);
  EXPECT_EQ(stored().done, 200u);
  EXPECT_EQ(runs_with(RunStatus::cancelled), 200u);
}

TEST_F(BulkHouse, AJobThatLayTooLongIsGivenUp) {
  const auto program = publish(waits_for(waits_long));
  const KeyId caller = make_key();
  begin(program, 3);
  BulkJob job = job_of(BulkKind::replay, caller);
  job.updated -= limits::bulk_job_idle_max + seconds{1};
  ask(job);
  run();
  EXPECT_EQ(stored().status, BulkStatus::stopped);
  EXPECT_EQ(stored().reason, BulkStop::too_old);
}

TEST_F(BulkHouse, AJobStandsStillWithTheHouse) {
  const auto program = publish(waits_for(waits_long));
  const KeyId caller = make_key();
  begin(program, 3);
  settings.paused = true;
  restart();
  ask(job_of(BulkKind::cancel, caller));
  advance(seconds{60});
  EXPECT_EQ(runs_with(RunStatus::cancelled), 0u);
  EXPECT_EQ(stored().remaining() + stored().done, stored().total);
  ASSERT_TRUE(system->resume());
  for (int i = 0; i < 5; ++i) advance(seconds{1});
  EXPECT_EQ(stored().status, BulkStatus::completed);
  EXPECT_EQ(runs_with(RunStatus::cancelled), 3u);
}

}  // namespace
}  // namespace millrace::test
