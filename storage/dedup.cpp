// Look-up and insertion of deduplication rows.
#include "storage/dedup.hpp"

namespace millrace::storage {

Result<std::optional<DedupRow>> Dedup::find(const Key& key, Timestamp now) const {
  if (const auto found = in_batch_.find(key.string()); found != in_batch_.end())
    return std::optional(found->second);
  const auto stored = tables_.get(Family::dedup, key);
  if (!stored) return stored.error();
  if (!*stored) return std::optional<DedupRow>();
  auto row = decode_dedup(**stored);
  if (!row) return row.error();
  if (row->expires <= now) return std::optional<DedupRow>();
  return std::optional(std::move(*row));
}

void Dedup::insert(const Key& key, DedupRow row) {
  encode_dedup(value_, row);
  tables_.put(Family::dedup, key, value_);
  in_batch_.insert_or_assign(key.string(), std::move(row));
}

}  // namespace millrace::storage
