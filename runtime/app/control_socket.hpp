// `<data-dir>/control.sock`: how commands reach the server that holds the data directory. One JSON
// object per line in, one out, then the connection closes. Mode 0600: who may open it, may make
// keys.
#pragma once

#include "runtime/base/error.hpp"
#include "runtime/base/json.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

namespace millrace::app {

/// Serves on a thread of its own, one connection at a time, until destroyed.
class ControlServer {
 public:
  using Answer = std::function<Result<JsonObject>(const Json&)>;

  /// The caller holds the data directory's lock: a socket file that is already there is stale and
  /// replaced.
  static Result<std::unique_ptr<ControlServer>> start(const std::string& data_dir, Answer answer);
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

 private:
  ControlServer(int listener, int stop, std::string path, Answer answer);
  void run();
  void serve(int connection) const;

  int listener_;
  int stop_;
  std::string path_;
  Answer answer_;
  std::thread thread_;
};

/// Asks the server of `data_dir`. Nothing when none runs there.
std::optional<Result<Json>> ask_server(const std::string& data_dir, const Json& request);

}  // namespace millrace::app
