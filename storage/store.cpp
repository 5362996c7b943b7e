// Opening: settings checked, meta read or written, memory loaded.
#include "storage/store.hpp"

#include "runtime/base/crypto.hpp"
#include "storage/memory_tables.hpp"
#include "storage/rocks/database.hpp"
#include "storage/rows/bytes.hpp"
#include "storage/rows/codec.hpp"
#include "storage/rows/keys.hpp"

#include <limits>

namespace millrace::storage {
namespace {

constexpr std::uint32_t format_version = 1;
constexpr std::size_t cursor_secret_bytes = 32;
constexpr std::size_t instance_id_bytes = 16;

std::string random_bytes(Random& random, std::size_t count) {
  std::string bytes;
  ByteWriter<std::string> writer(bytes);
  while (bytes.size() < count) writer.fixed(random.next());
  return bytes;
}

template <class Number>
std::string number_bytes(Number number) {
  std::string bytes;
  ByteWriter<std::string>(bytes).fixed(number);
  return bytes;
}

Error wrong_setting(std::string message) { return {ErrorCode::configuration, std::move(message)}; }

Result<void> check(const Settings& settings) {
  if (settings.partitions == 0 || settings.partitions > limits::partitions_max)
    return wrong_setting("the partition count must be 1 to " +
                         std::to_string(limits::partitions_max));
  if (!is_retention(settings.retention_days))
    return wrong_setting("the retention must be 1, 7, 30, 90, 180, 365 or 730 days");
  return {};
}

Result<std::unique_ptr<Store>> open_on(Result<std::unique_ptr<KeyValue>> tables,
                                       const Settings& settings, const Clock& clock,
                                       Random& random) {
  if (!tables) return tables.error();
  auto store = std::make_unique<TableStore>(std::move(*tables), settings, clock);
  if (auto started = store->start(settings, random); !started) return started.error();
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace

Result<void> TableStore::start(const Settings& settings, Random& random) {
  const auto format = read_meta(meta_name::format);
  if (!format) return format.error();
  if (format->empty()) {
    if (auto written = write_meta(settings, random); !written) return written.error();
  } else if (ByteReader(*format).fixed<std::uint32_t>() > format_version) {
    return wrong_setting("the data directory was written by a newer version of this program");
  }
  const auto partitions = read_meta(meta_name::partitions);
  const auto secret = read_meta(meta_name::cursor_secret);
  const auto instance = read_meta(meta_name::instance_id);
  for (const auto* row : {&partitions, &secret, &instance})
    if (!*row) return row->error();
  partitions_ = ByteReader(*partitions).fixed<std::uint16_t>();
  cursor_secret_ = *secret;
  instance_id_ = to_hex(*instance);
  if (partitions_ != settings.partitions)
    return wrong_setting("the data directory has " + std::to_string(partitions_) +
                         " partitions, the settings say " + std::to_string(settings.partitions));
  if (auto loaded = catalogue_.load(); !loaded) return loaded.error();
  buckets_.keep_for(catalogue_.longest_retention_days());
  if (auto started = journal_.start(); !started) return started.error();
  if (auto made = buckets_.prepare(clock_.now()); !made) return made.error();
  if (settings.background) {
    housekeeper_.emplace(buckets_, clock_);
    reaper_.emplace(wal_archive_dir(settings), ReaperPace{});
  }
  return {};
}

Result<void> TableStore::write_meta(const Settings& settings, Random& random) {
  const auto put = [this](std::string_view name, std::string_view bytes) {
    tables_->put(Family::meta, name, encode_meta(bytes));
  };
  put(meta_name::format, number_bytes(format_version));
  put(meta_name::partitions, number_bytes(settings.partitions));
  put(meta_name::cursor_secret, random_bytes(random, cursor_secret_bytes));
  put(meta_name::instance_id, random_bytes(random, instance_id_bytes));
  return tables_->write();
}

/// Empty: no such row.
Result<std::string> TableStore::read_meta(std::string_view name) const {
  const auto row = tables_->get(Family::meta, name);
  if (!row) return row.error();
  if (!*row) return std::string();
  return decode_meta(name, **row);
}

Result<std::size_t> TableStore::drop_past_buckets(Timestamp now) {
  return buckets_.drop_past(now, std::numeric_limits<std::size_t>::max());
}

void TableStore::close() {
  housekeeper_.reset();
  reaper_.reset();
  tables_.reset();
}

Result<std::unique_ptr<Store>> open(const Settings& settings, const Clock& clock, Random& random) {
  if (auto checked = check(settings); !checked) return checked.error();
  return open_on(open_database(settings), settings, clock, random);
}

Result<std::unique_ptr<Store>> open_in_memory(const Settings& settings, MemoryDisk& disk,
                                              const Clock& clock, Random& random) {
  if (auto checked = check(settings); !checked) return checked.error();
  Settings without_threads = settings;
  without_threads.background = false;
  return open_on(open_memory_tables(disk), without_threads, clock, random);
}

}  // namespace millrace::storage
