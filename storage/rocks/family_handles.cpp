// Handles by table, shared with whoever still reads a dropped bucket.
#include "storage/rocks/family_handles.hpp"

#include <algorithm>
#include <mutex>

namespace millrace::storage {

void FamilyHandles::adopt(rocksdb::ColumnFamilyHandle* handle) {
  HandlePtr owned(handle, [this](rocksdb::ColumnFamilyHandle* last) {
    db_.DestroyColumnFamilyHandle(last).PermitUncheckedError();
  });
  const std::unique_lock lock(mutex_);
  const std::string& name = handle->GetName();
  if (const auto bucket = parse_family_name(name)) {
    log_[*bucket] = std::move(owned);
    return;
  }
  for (std::size_t i = 0; i < fixed_families; ++i) {
    if (to_string(static_cast<Family>(i)) != name) continue;
    fixed_[i] = std::move(owned);
    return;
  }
  foreign_.push_back(std::move(owned));
}

HandlePtr FamilyHandles::find(const Table& table) const {
  if (table.family != Family::log) return fixed_[static_cast<std::size_t>(table.family)];
  const std::shared_lock lock(mutex_);
  const auto found = log_.find(table.bucket);
  return found == log_.end() ? nullptr : found->second;
}

bool FamilyHandles::complete() const {
  const std::shared_lock lock(mutex_);
  return std::ranges::none_of(fixed_, [](const HandlePtr& handle) { return handle == nullptr; });
}

std::vector<LogBucket> FamilyHandles::buckets() const {
  const std::shared_lock lock(mutex_);
  std::vector<LogBucket> buckets;
  for (const auto& [bucket, handle] : log_) buckets.push_back(bucket);
  return buckets;
}

void FamilyHandles::forget(LogBucket bucket) {
  const std::unique_lock lock(mutex_);
  log_.erase(bucket);
}

}  // namespace millrace::storage
