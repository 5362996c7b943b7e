// Written beside its place and moved there, so that a crash leaves no half of a key.
#include "runtime/app/secret_key.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace millrace::app {
namespace {

class File {
 public:
  File(const std::string& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return fd_; }

 private:
  const int fd_;
};

Error failure(const std::string& path) {
  return {ErrorCode::storage, path + ": " + std::strerror(errno)};
}

/// Nothing: there is none yet.
Result<std::optional<Vault::Key>> read(const std::string& path) {
  const File file(path, O_RDONLY | O_NOFOLLOW);
  if (file.get() < 0 && errno == ENOENT) return std::optional<Vault::Key>();
  struct stat facts {};
  if (file.get() < 0 || ::fstat(file.get(), &facts) != 0) return failure(path);
  if ((facts.st_mode & 077) != 0) {
    return Error{ErrorCode::configuration, path + " may be read by others: chmod 600 it"};
  }
  Vault::Key key{};
  const auto size = ::read(file.get(), key.data(), key.size());
  if (facts.st_size != static_cast<off_t>(key.size()) || size != static_cast<ssize_t>(key.size())) {
    return Error{ErrorCode::configuration, path + " is no key of 32 bytes"};
  }
  return std::optional(key);
}

Result<void> write(const std::string& data_dir, const std::string& path, const Vault::Key& key) {
  const std::string draft = path + ".new";
  {
    const File file(draft, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
    if (file.get() < 0) return failure(draft);
    const auto size = ::write(file.get(), key.data(), key.size());
    if (size != static_cast<ssize_t>(key.size()) || ::fsync(file.get()) != 0) return failure(draft);
  }
  if (::rename(draft.c_str(), path.c_str()) != 0) return failure(path);
  const File folder(data_dir, O_RDONLY | O_DIRECTORY);
  if (folder.get() < 0 || ::fsync(folder.get()) != 0) return failure(data_dir);
  return {};
}

}  // namespace

Result<Vault::Key> read_or_make_secret_key(const std::string& data_dir, Random& random) {
  const std::string path = data_dir + "/secret.key";
  const auto known = read(path);
  if (!known) return known.error();
  if (*known) return **known;
  Vault::Key key{};
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < key.size(); ++i, bits >>= 8) {
    if (i % 8 == 0) bits = random.next();
    key[i] = static_cast<std::uint8_t>(bits);
  }
  if (const auto written = write(data_dir, path, key); !written) return written.error();
  return key;
}

}  // namespace millrace::app
