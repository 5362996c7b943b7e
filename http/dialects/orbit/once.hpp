// Idempotency-Key for calls whose effect does not keep it by itself: the answer is kept beside it.
#pragma once

#include "http/router.hpp"
#include "http/services.hpp"

#include <functional>

namespace millrace::http::orbit {

/// Runs `act`, which answers with `status` where it succeeds. Of requests with one key only the
/// first runs; its answer is kept for the window when it succeeded, and told to the others, those
/// that came meanwhile too. Another request under the key is a 422. `act` must bear being run
/// again: a process that ends between the effect and the keeping of its answer keeps none.
void once(const Services& services, const MatchedPtr& matched, int status, Respond respond,
          std::function<void(Respond)> act);

}  // namespace millrace::http::orbit
