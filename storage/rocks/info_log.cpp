// Formats RocksDB's printf lines and passes them on.
#include "storage/rocks/info_log.hpp"

#include "runtime/base/log.hpp"

#include <array>
#include <cstdarg>
#include <cstdio>

namespace millrace::storage {
namespace {

constexpr std::size_t line_bytes_max = 1024;

class InfoLog : public rocksdb::Logger {
 public:
  InfoLog() : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL) {}

  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override {
    pass_on(LogLevel::warn, format, arguments);
  }
  void Logv(const rocksdb::InfoLogLevel level, const char* format, va_list arguments) override {
    const bool worse =
        level == rocksdb::InfoLogLevel::ERROR_LEVEL || level == rocksdb::InfoLogLevel::FATAL_LEVEL;
    if (level >= GetInfoLogLevel() && level != rocksdb::InfoLogLevel::HEADER_LEVEL)
      pass_on(worse ? LogLevel::error : LogLevel::warn, format, arguments);
  }

 private:
  static void pass_on(LogLevel level, const char* format, va_list arguments) {
    std::array<char, line_bytes_max> line{};
    if (std::vsnprintf(line.data(), line.size(), format, arguments) < 0) return;
    log(level, "rocksdb", {{"message", std::string_view(line.data())}});
  }
};

}  // namespace

std::shared_ptr<rocksdb::Logger> make_info_log() { return std::make_shared<InfoLog>(); }

}  // namespace millrace::storage
