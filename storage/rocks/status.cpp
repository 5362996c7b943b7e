// Which of our codes a RocksDB status is.
#include "storage/rocks/status.hpp"

#include <string>

namespace millrace::storage {
namespace {

ErrorCode code_of(const rocksdb::Status& status, const std::string& text) {
  if (status.IsNoSpace()) return ErrorCode::unavailable;
  if (status.IsCorruption()) return ErrorCode::corrupt;
  if (status.IsIOError() && text.find("/LOCK") != std::string::npos)
    return ErrorCode::configuration;
  return ErrorCode::storage;
}

}  // namespace

Error to_error(const rocksdb::Status& status, std::string_view doing) {
  const std::string text = status.ToString();
  const ErrorCode code = code_of(status, text);
  std::string message(doing);
  if (code == ErrorCode::configuration) message += ": another process holds the data directory";
  return {code, message + ": " + text};
}

}  // namespace millrace::storage
