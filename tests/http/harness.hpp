// What the tests of the HTTP room stand on: a server on a free port with a clock that tests move,
// an archive of keys, and a client that speaks raw bytes. Reads have a watchdog of 20 s, so that a
// hang fails instead of hanging.
#pragma once

#include "http/router.hpp"
#include "http/server.hpp"
#include "runtime/base/random.hpp"
#include "runtime/base/time.hpp"
#include "runtime/ports/archive.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::http::test {

class ManualClock final : public Clock {
 public:
  Timestamp now() const override { return Timestamp(Duration(1'770'000'000'000 + passed_)); }
  MonotonicTime monotonic() const override { return MonotonicTime(Duration(1'000'000 + passed_)); }
  void advance(Duration by) { passed_ += by.count(); }

 private:
  std::atomic<std::int64_t> passed_ = 0;
};

class CountingRandom final : public Random {
 public:
  std::uint64_t next() override { return ++last_; }

 private:
  std::atomic<std::uint64_t> last_ = 0;
};

/// Knows keys and nothing else.
class KeyArchive final : public Archive {
 public:
  void add(std::string_view text, Dialect dialect, Scopes scopes, bool revoked = false);
  std::optional<ApiKey> key(const Sha256& hash) const override;

  std::shared_ptr<const PublishedFlow> published(FlowId) const override { return {}; }
  std::vector<std::shared_ptr<const PublishedFlow>> published_by_trigger(
      WorkspaceNumber, TriggerType) const override {
    return {};
  }
  std::vector<ApiKey> keys() const override { return {}; }
  std::optional<Workspace> workspace(std::string_view) const override { return {}; }
  std::optional<StoredFlow> flow(WorkspaceNumber, FlowId) const override { return {}; }
  Page<StoredFlow> flows(WorkspaceNumber, std::optional<Dialect>, std::optional<FlowId>,
                         int) const override {
    return {};
  }
  std::optional<StoredFlowVersion> version(FlowId, std::uint32_t) const override { return {}; }
  Result<Page<ExecutionSummary>> executions(const ExecutionQuery&) const override {
    return Error{};
  }
  Result<ExecutionSummary> execution(WorkspaceNumber, ExecutionId) const override {
    return Error{};
  }
  Result<Trace> trace(const ExecutionSummary&) const override { return Error{}; }
  Result<std::vector<TurnRecord>> records(const ExecutionSummary&) const override {
    return Error{};
  }
  Result<ProgramPtr> program(FlowId, std::uint32_t) const override { return Error{}; }

 private:
  std::map<Sha256, ApiKey> keys_;
};

/// A response as a client sees it. `status` 0: the connection ended before one was whole.
struct Reply {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::string body;
  std::string header(std::string_view name) const;
};

/// One TCP connection.
class Client {
 public:
  explicit Client(std::uint16_t port, const std::string& from = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// False when the connection is broken.
  bool send(std::string_view bytes);
  /// Ends our side; theirs stays open.
  void end();
  /// The next response. `head_only` after HEAD: its Content-Length has no body.
  Reply read(bool head_only = false);
  /// That many bytes, fewer when the connection ends.
  std::string read_bytes(std::size_t count);
  /// Everything until the server closes.
  std::string read_rest();
  /// Whether the server has closed; waits for it.
  bool is_closed() { return read_rest().empty() && ended_; }
  /// Sends and reads one response.
  Reply ask(std::string_view bytes);
  bool can_connect() const { return connected_; }

 private:
  bool fill();

  int socket_ = -1;
  bool connected_ = false;
  bool ended_ = false;
  std::string in_;
};

/// A server with its surroundings. Fill `router` before start().
struct TestServer {
  TestServer();
  explicit TestServer(ServerLimits limits);
  ~TestServer();
  void start();
  std::uint16_t port() const { return server->port(); }
  Reply ask(std::string_view bytes) { return Client(port()).ask(bytes); }
  /// A route that answers 200 with METHOD, target and body of what it was asked, and counts.
  Route echo(std::string method, std::string pattern, Access access = OpenAccess{});

  std::atomic<int> handled = 0;
  ManualClock clock;
  CountingRandom random;
  KeyArchive archive;
  Router router;
  std::unique_ptr<Server> server;
};

/// Deadlines are looked at every millisecond; they pass when the test moves the clock.
ServerLimits quick_limits();

}  // namespace millrace::http::test
