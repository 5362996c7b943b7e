// Positions count for ever and wrap into the slots; a slot belongs to the side whose turn it is.
#include "actors/ring.hpp"

namespace millrace::actors {

Ring::Ring(WorkspaceNumber workspace, std::size_t turns_max, std::size_t bytes_max,
           std::function<void()> wake)
    : workspace_(workspace), turns_max_(turns_max), bytes_max_(bytes_max), wake_(std::move(wake)) {}

void Ring::go_live() {
  live_.store(true);
  wake_once();
}

void Ring::wake_once() {
  if (!told_.exchange(true)) wake_();
}

void Ring::put(std::shared_ptr<const FeedTurn> turn) {
  if (lagged_.load()) return wake_once();
  const std::size_t at = put_.load();
  const std::size_t bytes = bytes_.load();
  const bool full = at - taken_.load() == turns_max_;
  if (full || (bytes > 0 && bytes + turn->bytes > bytes_max_)) {
    lagged_.store(true);
    return wake_once();
  }
  if (slots_.empty()) slots_.resize(turns_max_);
  bytes_.fetch_add(turn->bytes);
  slots_[at % slots_.size()] = std::move(turn);
  put_.store(at + 1);
  wake_once();
}

std::vector<FeedTurn> Ring::take(std::size_t count_max, bool& lagged) {
  told_.store(false);
  lagged = false;
  const bool was_lagged = lagged_.load();
  std::vector<FeedTurn> turns;
  std::size_t at = taken_.load();
  const std::size_t end = put_.load();
  for (; at != end && turns.size() < count_max; ++at) {
    const auto turn = std::exchange(slots_[at % slots_.size()], nullptr);
    bytes_.fetch_sub(turn->bytes);
    turns.push_back(*turn);
  }
  taken_.store(at);
  if (was_lagged && at == end) {
    lagged = true;
    lagged_.store(false);
  }
  return turns;
}

}  // namespace millrace::actors
