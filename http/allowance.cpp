// A sliding window per key. Keys that have done nothing for a window are forgotten, once a window.
#include "http/allowance.hpp"

#include <algorithm>

namespace millrace::http {

std::optional<std::chrono::seconds> Allowance::take(KeyId key, MonotonicTime now) {
  if (now - cleaned_ >= window_) forget_idle(now);
  auto& uses = uses_[key];
  while (!uses.empty() && now - uses.front() >= window_) uses.pop_front();
  if (uses.size() < count_max_) {
    uses.push_back(now);
    return std::nullopt;
  }
  const auto wait = std::chrono::ceil<std::chrono::seconds>(uses.front() + window_ - now);
  return std::max(wait, std::chrono::seconds{1});
}

void Allowance::forget_idle(MonotonicTime now) {
  cleaned_ = now;
  std::erase_if(uses_, [&](const auto& entry) {
    return entry.second.empty() || now - entry.second.back() >= window_;
  });
}

}  // namespace millrace::http
