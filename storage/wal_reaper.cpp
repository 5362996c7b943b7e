// Small steps: shrink, shrink, unlink.
#include "storage/wal_reaper.hpp"

#include <filesystem>
#include <optional>
#include <utility>

namespace millrace::storage {
namespace {

namespace fs = std::filesystem;

/// WAL files are numbered with leading zeros: the smallest name is the oldest.
std::optional<fs::path> oldest_wal(const std::string& archive_dir) {
  std::error_code error;
  std::optional<fs::path> oldest;
  for (fs::directory_iterator file(archive_dir, error), end; !error && file != end;
       file.increment(error)) {
    if (file->path().extension() != ".log") continue;
    if (!oldest || file->path() < *oldest) oldest = file->path();
  }
  return oldest;
}

}  // namespace

bool reap_step(const std::string& archive_dir, std::uint64_t step_bytes) {
  const std::optional<fs::path> file = oldest_wal(archive_dir);
  if (!file) return false;
  std::error_code error;
  const std::uint64_t size = fs::file_size(*file, error);
  if (error) return false;
  if (size == 0) return fs::remove(*file, error);
  fs::resize_file(*file, size > step_bytes ? size - step_bytes : 0, error);
  return !error;
}

WalReaper::WalReaper(std::string archive_dir, ReaperPace pace)
    : archive_dir_(std::move(archive_dir)),
      pace_(pace),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

WalReaper::~WalReaper() = default;

void WalReaper::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const bool reaped = reap_step(archive_dir_, pace_.step_bytes);
    wait(stop, reaped ? pace_.pause : pace_.look_interval);
  }
}

void WalReaper::wait(const std::stop_token& stop, std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  stopped_.wait_for(lock, stop, time, [] { return false; });
}

}  // namespace millrace::storage
