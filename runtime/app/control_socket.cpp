// A Unix socket by its plain calls. A path longer than the kernel's 107 bytes is reached through
// /proc/self/fd of its directory.
#include "runtime/app/control_socket.hpp"

#include "runtime/base/log.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace millrace::app {
namespace {

constexpr std::size_t line_bytes_max = 64 * limits::kib;
constexpr int patience_seconds = 15;
constexpr mode_t owner_only = 0600;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) {
      ::close(number_);
    }
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

/// An address for `<data_dir>/control.sock`; `directory` stays open as long as the address is used.
class Address {
 public:
  explicit Address(const std::string& data_dir)
      : directory_(::open(data_dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
    std::string path = data_dir + "/control.sock";
    if (path.size() >= sizeof address_.sun_path) {
      path = "/proc/self/fd/" + std::to_string(directory_.number()) + "/control.sock";
    }
    address_.sun_family = AF_UNIX;
    std::memcpy(address_.sun_path, path.c_str(), path.size() + 1);
  }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
  static constexpr socklen_t size() { return sizeof(sockaddr_un); }
  const char* path() const { return address_.sun_path; }

 private:
  Descriptor directory_;
  sockaddr_un address_{};
};

Error system_error(const std::string& what) {
  return Error{ErrorCode::unavailable, what + ": " + std::strerror(errno)};
}

void be_patient(int socket) {
  const timeval patience{patience_seconds, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

Result<std::string> read_line(int socket) {
  std::string line;
  char buffer[4096];
  while (line.find('\n') == std::string::npos) {
    const ssize_t count = ::recv(socket, buffer, sizeof buffer, 0);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0 || line.size() > line_bytes_max) {
      return Error{ErrorCode::communication, "the other end of control.sock broke off"};
    }
    line.append(buffer, static_cast<std::size_t>(count));
  }
  line.resize(line.find('\n'));
  return line;
}

bool write_line(int socket, std::string line) {
  line += '\n';
  std::size_t sent = 0;
  while (sent < line.size()) {
    const ssize_t count = ::send(socket, line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return false;
    }
    sent += static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace

Result<std::unique_ptr<ControlServer>> ControlServer::start(const std::string& data_dir,
                                                            Answer answer) {
  const Address address(data_dir);
  Descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ::unlink(address.path());
  // Linux takes the mode of the socket file from the socket itself.
  if (listener.number() < 0 || ::fchmod(listener.number(), owner_only) != 0 ||
      ::bind(listener.number(), address.get(), Address::size()) != 0 ||
      ::chmod(address.path(), owner_only) != 0 || ::listen(listener.number(), 8) != 0) {
    return system_error("cannot serve " + data_dir + "/control.sock");
  }
  Descriptor stop(::eventfd(0, EFD_CLOEXEC));
  if (stop.number() < 0) {
    return system_error("cannot make an event");
  }
  return std::unique_ptr<ControlServer>(new ControlServer(
      listener.release(), stop.release(), data_dir + "/control.sock", std::move(answer)));
}

ControlServer::ControlServer(int listener, int stop, std::string path, Answer answer)
    : listener_(listener), stop_(stop), path_(std::move(path)), answer_(std::move(answer)) {
  thread_ = std::thread([this] { run(); });
}

ControlServer::~ControlServer() {
  ::eventfd_write(stop_, 1);
  thread_.join();
  ::close(listener_);
  ::close(stop_);
  ::unlink(path_.c_str());
}

void ControlServer::run() {
  pollfd watched[2] = {{listener_, POLLIN, 0}, {stop_, POLLIN, 0}};
  while (true) {
    if (::poll(watched, 2, -1) < 0 && errno != EINTR) {
      log(LogLevel::error, "control.poll_failed");
      return;
    }
    if ((watched[1].revents & POLLIN) != 0) {
      return;
    }
    if ((watched[0].revents & POLLIN) != 0) {
      const Descriptor connection(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
      if (connection.number() >= 0) {
        serve(connection.number());
      }
    }
  }
}

void ControlServer::serve(int connection) const {
  be_patient(connection);
  const auto line = read_line(connection);
  if (!line) {
    return;
  }
  const auto request = parse_json(*line);
  const Result<JsonObject> answer = request ? answer_(*request) : request.error();
  JsonObject reply;
  if (answer) {
    reply = *answer;
  } else {
    reply = {{"error", answer.error().message}};
  }
  write_line(connection, print_json(reply));
}

std::optional<Result<Json>> ask_server(const std::string& data_dir, const Json& request) {
  const Address address(data_dir);
  const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  be_patient(socket.number());
  if (::connect(socket.number(), address.get(), Address::size()) != 0) {
    return std::nullopt;
  }
  if (!write_line(socket.number(), print_json(request))) {
    return Error{ErrorCode::communication, "the server closed control.sock"};
  }
  const auto line = read_line(socket.number());
  if (!line) {
    return line.error();
  }
  return parse_json(*line);
}

}  // namespace millrace::app
