// Reads, touches, saves; then the next job's turn.
#include "actors/bulk.hpp"

#include "actors/defaults.hpp"
#include "actors/gateway.hpp"
#include "actors/guard.hpp"
#include "runtime/base/log.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <utility>

namespace millrace::actors {
namespace {

bool is_open(const BulkStep& step) { return !step.result || step.result->end == BulkEnd::later; }

TriggerKey key_of(const BulkJob& job, ExecutionId run) {
  TriggerKey key;
  key.key = replay_key(job, run);
  key.kept = limits::bulk_key_kept;
  return key;
}

}  // namespace

void BulkState::on_news(const BulkNews& news) {
  if (has_ended(news.job->status)) return;
  const auto [found, added] = jobs.try_emplace(news.job->id, Entry{news.job, news.again});
  if (!added && news.job->stop_asked) {
    BulkJob stopping = *found->second.job;
    stopping.stop_asked = true;
    found->second.job = std::make_shared<const BulkJob>(std::move(stopping));
  }
  look();
}

bool BulkState::may_go() const {
  const Settings& settings = house->settings;
  return !house->paused.load() && house->gate.ready(nullptr) &&
         has_room(house->gate.triggers(), settings.gate_triggers_max) &&
         has_room(house->live.count(), settings.live_runs_max);
}

void BulkState::look() {
  const bool nothing_to_do = jobs.empty() || house->outside.archive == nullptr;
  if (stage != Stage::idle || nothing_to_do || house->gate.draining()) return;
  if (!may_go()) return pause(defaults::bulk_pause);
  auto next = jobs.upper_bound(current);
  if (next == jobs.end()) next = jobs.begin();
  begin(next->first, next->second);
}

void BulkState::begin(BulkId job, const Entry& entry) {
  current = job;
  ++number;
  const Timestamp now = house->outside.clock.now();
  const auto key = house->outside.archive->key_of(entry.job->caller);
  stop = judge_job(key, *entry.job, now);
  if (stop != BulkStop::none) return save(with_stop(*entry.job, stop, now), {});
  stage = Stage::reading;
  self->send(house->readers.back(), BulkRequest{entry.job, entry.again, number});
}

void BulkState::on_loaded(BulkLoaded& loaded) {
  if (stage != Stage::reading || loaded.number != number) return;
  const BulkJob& job = *jobs.at(current).job;
  const Timestamp now = house->outside.clock.now();
  if (loaded.error) {
    log(LogLevel::error, "bulk.not_read",
        {{"job", to_base62(job.id.id)}, {"message", loaded.error->message}});
    const bool gone =
        loaded.error->code == ErrorCode::not_found || loaded.error->code == ErrorCode::corrupt;
    if (gone) return save(with_stop(job, BulkStop::unreadable, now), {});
    stage = Stage::idle;
    return pause(defaults::reload_pause);
  }
  if (job.status == BulkStatus::collecting) {
    BulkJob after = with_page(job, loaded.found, loaded.next, now);
    return save(std::move(after), std::move(loaded.found));
  }
  steps = std::move(loaded.steps);
  chunk_items = loaded.chunk_items;
  touch();
}

void BulkState::touch() {
  stage = Stage::touching;
  for (std::size_t at = 0; at < steps.size(); ++at) {
    if (is_open(steps[at]) && !touch_one(at)) break;
  }
  if (open == 0) settle();
}

/// False: the caller may do no more; this run and those behind it are left alone.
bool BulkState::touch_one(std::size_t at) {
  const BulkJob& job = *jobs.at(current).job;
  BulkStep& step = steps[at];
  stop = judge_caller(house->outside.archive->key_of(job.caller), job);
  if (stop != BulkStop::none) return false;
  const auto tell = [to = bulk_actor(self), mine = number, at](BulkResult result) {
    caf::anon_send(to, BulkTold{mine, at, result});
  };
  std::optional<Error> refusal;
  if (step.trigger) {
    const auto told = [tell](const Result<TriggerOutcome>& outcome) {
      tell(replay_result(outcome ? Result<void>() : Result<void>(outcome.error())));
    };
    refusal = submit(*house, *step.trigger, key_of(job, step.run), ResponseMode::immediate,
                     {&house->mail_sink, told});
  } else {
    const auto told = [tell](const Result<ControlOutcome>& outcome) {
      tell(cancel_result(outcome ? Result<RunStatus>(outcome->status)
                                 : Result<RunStatus>(outcome.error())));
    };
    refusal = control(*house, job.workspace, step.run, Control::cancel, {&house->mail_sink, told});
  }
  step.result.reset();
  if (refusal) {
    step.result = BulkResult{BulkEnd::later};
  } else {
    ++open;
  }
  return true;
}

void BulkState::on_told(const BulkTold& told) {
  if (stage != Stage::touching || told.number != number) return;
  steps[told.step].result = told.result;
  if (--open == 0) settle();
}

void BulkState::settle() {
  const bool left = std::any_of(steps.begin(), steps.end(), is_open);
  if (left && stop == BulkStop::none) {
    stage = Stage::touch_later;
    return pause(defaults::reload_pause);
  }
  const Timestamp now = house->outside.clock.now();
  BulkJob after = with_results(*jobs.at(current).job, steps, chunk_items, now);
  if (stop != BulkStop::none && !has_ended(after.status))
    after = with_stop(std::move(after), stop, now);
  save(std::move(after), {});
}

void BulkState::save(BulkJob job, std::vector<ExecutionId> collected) {
  steps.clear();
  saving = {std::make_shared<const BulkJob>(std::move(job)), std::move(collected)};
  send_save();
}

void BulkState::send_save() {
  stage = Stage::saving;
  const auto told = [to = bulk_actor(self), mine = number](const Result<ChangeOutcome>& outcome) {
    caf::anon_send(to, BulkSaved{mine, outcome ? Result<BulkJobPtr>(outcome->bulk)
                                               : Result<BulkJobPtr>(outcome.error())});
  };
  auto request = std::make_shared<ChangeRequest>();
  request->change.what = saving;
  request->caller = Caller<ChangeOutcome>({&house->mail_sink, told});
  self->send(house->writer, std::move(request));
}

void BulkState::on_saved(const BulkSaved& saved) {
  if (stage != Stage::saving || saved.number != number) return;
  if (!saved.job && saved.job.error().code != ErrorCode::not_found) {
    stage = Stage::save_later;
    return pause(defaults::reload_pause);
  }
  stage = Stage::idle;
  if (!saved.job || has_ended((*saved.job)->status)) {
    jobs.erase(current);
  } else {
    jobs.at(current) = Entry{*saved.job, false};
  }
  look();
}

void BulkState::on_tick(std::uint64_t tick_generation) {
  if (tick_generation != generation) return;
  switch (stage) {
    case Stage::idle:
      return look();
    case Stage::touch_later:
      return touch();
    case Stage::save_later:
      return send_save();
    case Stage::reading:
    case Stage::touching:
    case Stage::saving:
      return;
  }
}

void BulkState::pause(Duration time) {
  if (house->gate.draining()) return;
  self->delayed_send(self, time, atom::tick::value, ++generation);
}

bulk_actor::behavior_type bulk(bulk_actor::stateful_pointer<BulkState> self, House* house) {
  guard(self, [house](const Error& error) { house->fail(error); });
  self->state.house = house;
  return {
      [self](const BulkNews& news) { self->state.on_news(news); },
      [self](const BulkLoadedPtr& loaded) { self->state.on_loaded(*loaded); },
      [self](const BulkTold& told) { self->state.on_told(told); },
      [self](const BulkSaved& saved) { self->state.on_saved(saved); },
      [self](atom::tick, std::uint64_t generation) { self->state.on_tick(generation); },
  };
}

}  // namespace millrace::actors
