// Tables, catalogue, journal and archive put together: what both stores are, whatever lies below.
#pragma once

#include "storage/archive.hpp"
#include "storage/catalogue.hpp"
#include "storage/housekeeper.hpp"
#include "storage/journal.hpp"
#include "storage/key_value.hpp"
#include "storage/log_buckets.hpp"
#include "storage/storage.hpp"
#include "storage/wal_reaper.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace millrace::storage {

class TableStore : public Store {
 public:
  TableStore(std::unique_ptr<KeyValue> tables, const Settings& settings, const Clock& clock)
      : tables_(std::move(tables)),
        redaction_(settings.redaction),
        clock_(clock),
        catalogue_(*tables_, settings.retention_days),
        buckets_(*tables_, settings.retention_days),
        journal_(*tables_, catalogue_, buckets_, *redaction_, clock),
        archive_(*tables_, catalogue_, *redaction_, clock) {}
  ~TableStore() override { close(); }

  /// Checks or writes what `meta` says of the directory, loads what memory holds, makes the first
  /// buckets, and starts the threads that `settings` asks for. Once, before all else.
  Result<void> start(const Settings& settings, Random& random);

  Journal& journal() override { return journal_; }
  const Archive& archive() const override { return archive_; }
  std::uint16_t partitions() const override { return partitions_; }
  std::uint64_t last_milliseconds() const override { return journal_.last_milliseconds(); }
  const std::string& cursor_secret() const override { return cursor_secret_; }
  const std::string& instance_id() const override { return instance_id_; }
  bool fsync_failed() const override { return tables_->fsync_failed(); }
  Result<void> prepare_buckets(Timestamp now) override { return buckets_.prepare(now); }
  Result<std::size_t> drop_past_buckets(Timestamp now) override;
  void close() override;

 private:
  Result<void> write_meta(const Settings& settings, Random& random);
  Result<std::string> read_meta(std::string_view name) const;

  std::unique_ptr<KeyValue> tables_;
  const std::shared_ptr<const Redaction> redaction_;
  const Clock& clock_;
  Catalogue catalogue_;
  LogBuckets buckets_;
  TurnJournal journal_;
  TableArchive archive_;
  std::uint16_t partitions_ = 0;
  std::string cursor_secret_;
  std::string instance_id_;
  std::optional<Housekeeper> housekeeper_;
  std::optional<WalReaper> reaper_;
};

}  // namespace millrace::storage
