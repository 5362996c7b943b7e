// How many streams may be open, in all and per key. The I/O thread's.
#pragma once

#include "runtime/base/ids.hpp"

#include <cstddef>
#include <memory>
#include <unordered_map>

namespace millrace::http {

class StreamSlots : public std::enable_shared_from_this<StreamSlots> {
 public:
  StreamSlots(std::size_t all_max, std::size_t per_key_max)
      : all_max_(all_max), per_key_max_(per_key_max) {}

  /// Given back when the last copy of the pointer goes. Null: there is no room.
  std::shared_ptr<void> take(KeyId key) {
    if (taken_ >= all_max_ || per_key_max_ == 0) return nullptr;
    std::size_t& mine = by_key_[key];
    if (mine >= per_key_max_) return nullptr;
    ++mine;
    ++taken_;
    return {this, [self = shared_from_this(), key](void*) { self->give_back(key); }};
  }
  std::size_t taken() const { return taken_; }
  std::size_t per_key_max() const { return per_key_max_; }

 private:
  void give_back(KeyId key) {
    --taken_;
    const auto found = by_key_.find(key);
    if (--found->second == 0) by_key_.erase(found);
  }

  const std::size_t all_max_;
  const std::size_t per_key_max_;
  std::size_t taken_ = 0;
  std::unordered_map<KeyId, std::size_t> by_key_;
};

}  // namespace millrace::http
