// A scheduler whose clock thread sleeps when nobody armed anything. In CAF 0.17 every actor that
// ends posts a cancellation to that thread (a 64-slot ring, a mutex, a wake-up: 3 to 5 us per
// execution), although our executions never arm a timeout.
#pragma once

#include <caf/actor_system.hpp>

namespace millrace::actors {

/// For actor_system_config::module_factories: sharing policy, quiet clock.
caf::actor_system::module* make_quiet_coordinator(caf::actor_system& system);

}  // namespace millrace::actors
