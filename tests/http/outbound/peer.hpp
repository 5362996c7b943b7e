// A scripted HTTP peer on a loopback address: raw bytes by path, one request per connection,
// everything recorded.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace millrace::http::test {

class Peer {
 public:
  explicit Peer(const std::string& address = "127.0.0.1");
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  /// Answers `path` with these bytes. Paths without a script are never answered. Script before
  /// calls begin.
  void script(const std::string& path, std::string bytes) { answers_[path] = std::move(bytes); }
  /// The same as 302 to `location`.
  void redirect(const std::string& path, const std::string& location, int status = 302);
  /// The same as 200 with `body` and more header lines.
  void ok(const std::string& path, const std::string& body, const std::string& headers = {});

  std::uint16_t port() const { return port_; }
  /// `http://ADDRESS:PORT` + path.
  std::string url(const std::string& path) const;
  /// Requests seen so far, head and body.
  std::vector<std::string> requests() const;
  int connections() const { return connections_; }

 private:
  void run();
  void serve(int socket);

  std::string address_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::map<std::string, std::string> answers_;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;  ///< guarded by mutex_
  std::vector<int> held_;              ///< the serving thread's: connections that get no answer
  std::atomic<int> connections_ = 0;
  std::thread thread_;
};

}  // namespace millrace::http::test
