// Idle means: no trigger between gate and commit, no execution with an actor. Both tell when they
// get there.
#include "actors/steward.hpp"

#include "actors/guard.hpp"
#include "runtime/base/log.hpp"

#include <caf/send.hpp>

namespace millrace::actors {

void StewardState::drain(Duration patience) {
  if (stage != Stage::serving) return;
  stage = Stage::finishing;
  for (const auto& supervisor : house->supervisors) self->send(supervisor, atom::drain::value);
  self->delayed_send(self, patience, atom::tick::value);
  look();
}

void StewardState::look() {
  if (!idle()) return;
  if (stage == Stage::finishing) send_home();
  if (stage == Stage::sending_home) {
    stage = Stage::closing;
    self->send(house->writer, atom::stop::value);
  }
}

void StewardState::out_of_patience() {
  if (stage == Stage::finishing) send_home();
  look();
}

void StewardState::send_home() {
  stage = Stage::sending_home;
  for (const auto& supervisor : house->supervisors) self->send(supervisor, atom::stop::value);
}

void StewardState::lights_out() {
  const auto end = [this](const auto& actor) {
    self->send_exit(actor, caf::exit_reason::user_shutdown);
  };
  for (const auto& supervisor : house->supervisors) end(supervisor);
  for (const auto& keeper : house->keepers) end(keeper);
  for (const auto& reader : house->readers) end(reader);
  end(house->writer);
  end(house->http_worker);
  end(house->channel_worker);
  end(house->hub);
  end(house->cron);
  end(house->debouncer);
  self->quit();
  house->on_drained();
}

steward_actor::behavior_type steward(steward_actor::stateful_pointer<StewardState> self,
                                     House* house) {
  guard(self, [house](const Error& error) { house->fail(error); });
  self->state.house = house;
  return {
      [self](DrainRequest request) { self->state.drain(request.patience); },
      [self](atom::settle) { self->state.look(); },
      [self](atom::tick) { self->state.out_of_patience(); },
      [self](atom::stop) { self->state.lights_out(); },
  };
}

}  // namespace millrace::actors
