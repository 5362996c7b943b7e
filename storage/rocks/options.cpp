// Every option with its reason; sizes by what a family holds.
#include "storage/rocks/options.hpp"

#include "storage/rocks/info_log.hpp"
#include "storage/rows/keys.hpp"
#include "storage/rows/table.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/sst_file_manager.h>
#include <rocksdb/table.h>

#include <limits>

namespace millrace::storage {
namespace {

using limits::mib;

// Ten years: obsolete WAL files are for our reaper to delete, not for RocksDB.
constexpr std::uint64_t wal_archive_seconds = 10ULL * 365 * 24 * 3600;
constexpr std::int64_t dropped_bytes_per_second = std::int64_t{200} * std::int64_t{mib};
constexpr double trash_ratio_without_bound = 1e9;

/// A family into which the hot path puts a row per turn or run takes a larger memtable.
std::size_t memtable_bytes(Family family) {
  switch (family) {
    case Family::log:
      return 64 * mib;
    case Family::execution:
    case Family::index:
      return 32 * mib;
    case Family::state:
    case Family::feed:
    case Family::dedup:
      return 16 * mib;
    case Family::timer:
    case Family::wait:
    case Family::catalog:
    case Family::outbox:
    case Family::early:
    case Family::meta:
      return 4 * mib;
  }
  return 4 * mib;
}

/// Rows of one partition, workspace or list are appended side by side: remembering where the last
/// one went saves the search in the memtable (measured: a third of the committer's CPU).
std::size_t hint_prefix_bytes(Family family) {
  switch (family) {
    case Family::log:
    case Family::state:
    case Family::timer:
      return 2;  // partition
    case Family::execution:
      return 4;  // workspace
    case Family::index:
      return index_prefix_bytes;
    case Family::feed:
    case Family::wait:
    case Family::dedup:
    case Family::catalog:
    case Family::outbox:
    case Family::early:
    case Family::meta:
      return 0;
  }
  return 0;
}

std::optional<Family> family_of(std::string_view name) {
  if (parse_family_name(name)) return Family::log;
  for (std::size_t i = 0; i < fixed_families; ++i)
    if (to_string(static_cast<Family>(i)) == name) return static_cast<Family>(i);
  return std::nullopt;
}

rocksdb::BlockBasedTableOptions table_options(Family family,
                                              const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = 16 * limits::kib;  // several turns a block: they are read together
  table.format_version = 5;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  if (family == Family::log) {
    table.whole_key_filtering = false;           // only ever asked for by run
    table.cache_index_and_filter_blocks = true;  // families are many and old: bounded by the cache
  }
  return table;
}

void never_compact(rocksdb::ColumnFamilyOptions& options) {
  // A bucket is dropped whole, so compacting it only copies payloads. Without compaction the count
  // of files in level 0 says nothing, and must not slow writes.
  options.disable_auto_compactions = true;
  options.level0_slowdown_writes_trigger = std::numeric_limits<int>::max();
  options.level0_stop_writes_trigger = std::numeric_limits<int>::max();
  options.soft_pending_compaction_bytes_limit = 0;
  options.hard_pending_compaction_bytes_limit = 0;
}

}  // namespace

rocksdb::DBOptions database_options(const Settings& settings) {
  rocksdb::DBOptions options;
  options.env = settings.env != nullptr ? settings.env : rocksdb::Env::Default();
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.paranoid_checks = true;  // damage is an error, never an answer
  // A torn tail is what a power cut leaves of a batch that nobody was told of: dropped in silence.
  // Damage before the tail may hide what was acknowledged: refused, unless the operator accepts the
  // loss.
  const bool up_to_damage = settings.accept_damaged_log || settings.durability == Durability::wal;
  options.wal_recovery_mode = up_to_damage
                                  ? rocksdb::WALRecoveryMode::kPointInTimeRecovery
                                  : rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.allow_concurrent_memtable_write = false;  // one committer; insert hints require it
  options.max_total_wal_size =
      settings.wal_bytes_max;  // its default grows to gigabytes with our many families
  // Unlinking a 64 MB WAL file stalls commits for up to a second on some disks: obsolete ones are
  // renamed into archive/, and our reaper shrinks them in small steps.
  options.WAL_ttl_seconds = wal_archive_seconds;
  options.avoid_unnecessary_blocking_io =
      true;  // no file is deleted on a reader's or the committer's thread
  // Files of a dropped bucket go a megabyte at a time, for the same reason.
  options.sst_file_manager.reset(rocksdb::NewSstFileManager(options.env, nullptr, "",
                                                            dropped_bytes_per_second, true, nullptr,
                                                            trash_ratio_without_bound, mib));
  options.max_background_jobs = 2;
  options.bytes_per_sync =
      mib;  // flushes trickle to the disk instead of competing with an fsync in one lump
  options.max_open_files = 512;  // fits the usual limit of 1 024 with room for sockets
  options.skip_stats_update_on_db_open =
      true;  // opening reads no table for statistics we do not use
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.info_log = make_info_log();
  options.max_manifest_file_size = 64 * mib;
  return options;
}

FamilyOptions::FamilyOptions(const Settings& settings)
    : cache_(rocksdb::NewLRUCache(settings.block_cache_bytes)) {}

rocksdb::ColumnFamilyOptions FamilyOptions::of(std::string_view name) const {
  rocksdb::ColumnFamilyOptions options;
  const std::optional<Family> family = family_of(name);
  if (!family) return options;
  options.write_buffer_size = memtable_bytes(*family);
  options.max_write_buffer_number = 2;
  options.compression = rocksdb::kLZ4Compression;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table_options(*family, cache_)));
  if (const std::size_t bytes = hint_prefix_bytes(*family); bytes != 0)
    options.memtable_insert_with_hint_prefix_extractor.reset(
        rocksdb::NewFixedPrefixTransform(bytes));
  if (*family == Family::log) {
    never_compact(options);
    options.prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(log_prefix_bytes));
  }
  return options;
}

}  // namespace millrace::storage
