// The ordered end: first nothing new, then everyone home, then the last commit, then the lights.
#pragma once

#include "actors/house.hpp"
#include "actors/messages.hpp"

namespace millrace::actors {

struct StewardState {
  static inline const char* name = "steward";
  explicit StewardState(steward_actor::pointer actor) : self(actor) {}

  void drain(Duration patience);
  void look();
  void out_of_patience();
  /// The writer has answered everyone.
  void lights_out();

  steward_actor::pointer self;
  House* house = nullptr;

 private:
  enum class Stage : std::uint8_t { serving, finishing, sending_home, closing };
  bool idle() const { return house->gate.triggers() == 0 && house->live.count() == 0; }
  void send_home();

  Stage stage = Stage::serving;
};

steward_actor::behavior_type steward(steward_actor::stateful_pointer<StewardState> self,
                                     House* house);

}  // namespace millrace::actors
