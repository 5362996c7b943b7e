// A hash map that many threads read while one writes. Split in shards, each behind a reader's lock
// that is held for one look-up: two I/O threads and the committer hardly ever meet. (Measured
// beside an immutable map behind std::atomic<std::shared_ptr>: as fast to read, and a write costs
// one entry instead of a copy of all.)
#pragma once

#include <array>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <unordered_map>
#include <utility>

namespace millrace::storage {

template <class Key, class Value, class Hash = std::hash<Key>>
class ShardedMap {
 public:
  std::optional<Value> find(const Key& key) const {
    const Shard& shard = shard_of(key);
    const std::shared_lock lock(shard.mutex);
    const auto found = shard.values.find(key);
    return found == shard.values.end() ? std::nullopt : std::optional<Value>(found->second);
  }
  void put(const Key& key, Value value) {
    Shard& shard = shard_of(key);
    const std::unique_lock lock(shard.mutex);
    shard.values.insert_or_assign(key, std::move(value));
  }
  void erase(const Key& key) {
    Shard& shard = shard_of(key);
    const std::unique_lock lock(shard.mutex);
    shard.values.erase(key);
  }

 private:
  static constexpr std::size_t shards_count = 16;
  struct alignas(64) Shard {
    mutable std::shared_mutex mutex;
    std::unordered_map<Key, Value, Hash> values;
  };
  const Shard& shard_of(const Key& key) const { return shards_[Hash{}(key) % shards_count]; }
  Shard& shard_of(const Key& key) { return shards_[Hash{}(key) % shards_count]; }

  std::array<Shard, shards_count> shards_;
};

}  // namespace millrace::storage
