// What surrounds a request: health and readiness, reads on the archive's thread, headers that may
// not go out.
#include "http/health.hpp"
#include "http/read_pool.hpp"
#include "http/response_writer.hpp"
#include "http/status.hpp"
#include "tests/http/session_fixture.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>

namespace millrace::http::test {
namespace {

class DoorKeeper final : public Gateway {
 public:
  std::optional<Error> submit(Trigger, std::optional<TriggerKey>, ResponseMode,
                              millrace::Reply<TriggerOutcome>) override {
    return Error{};
  }
  std::optional<Error> change(CatalogChange, millrace::Reply<ChangeOutcome>) override {
    return Error{};
  }
  std::optional<Error> control(WorkspaceNumber, ExecutionId, Control,
                               millrace::Reply<ControlOutcome>) override {
    return Error{};
  }
  bool ready(std::string* reason) const override {
    if (reason && !open) *reason = "the disk is full";
    return open;
  }

  bool paused() const override { return stands_still; }

  std::atomic<bool> open = true;
  std::atomic<bool> stands_still = false;
};

TEST(HealthTest, ReadinessFollowsTheGatewayAndHealthDoesNot) {
  DoorKeeper gateway;
  TestServer server;
  add_health_routes(server.router, gateway);
  server.start();
  EXPECT_EQ(server.ask(get("/health")).body, R"({"status":"ok"})");
  EXPECT_EQ(server.ask(get("/ready")).status, 200);
  gateway.open = false;
  EXPECT_EQ(server.ask(get("/health")).status, 200);
  const Reply refused = server.ask(get("/ready"));
  EXPECT_EQ(refused.status, 503);
  EXPECT_NE(refused.header("retry-after"), "");
  EXPECT_EQ(refused.header("content-type"), "application/problem+json");
  EXPECT_NE(refused.body.find("the disk is full"), std::string::npos);
}

TEST(HealthTest, APausedServerSaysSoAndIsReady) {
  DoorKeeper gateway;
  gateway.stands_still = true;
  TestServer server;
  add_health_routes(server.router, gateway);
  server.start();
  EXPECT_EQ(server.ask(get("/health")).body, R"({"status":"ok","paused":true})");
  EXPECT_EQ(server.ask(get("/ready")).status, 200);
  EXPECT_EQ(server.ask(get("/ready")).body, R"({"status":"ready","paused":true})");
  gateway.stands_still = false;
  EXPECT_EQ(server.ask(get("/ready")).body, R"({"status":"ready"})");
}

class ReadTest : public testing::Test {
 protected:
  void start(ServerLimits limits, std::function<Response()> work) {
    server_ = std::make_unique<TestServer>(limits);
    Route route = server_->echo("GET", "/read");
    route.handler = [this, work = std::move(work)](const MatchedPtr& matched, Respond respond) {
      server_->server->read(matched, work, std::move(respond));
    };
    route.render_error = [](const Request& request, const Error& error, int status) {
      return Response{status, {}, "text/plain", request.request_id + ": " + error.message};
    };
    server_->router.add(std::move(route));
    server_->start();
  }

  std::unique_ptr<TestServer> server_;
};

TEST_F(ReadTest, BringsTheAnswerBack) {
  start(quick_limits(), [] { return Response{200, {}, "text/plain", "read"}; });
  EXPECT_EQ(server_->ask(get("/read")).body, "read");
}

TEST_F(ReadTest, AnswersAnInternalErrorWhenTheReadThrows) {
  start(quick_limits(), []() -> Response { throw std::runtime_error("secret detail"); });
  const Reply reply = server_->ask(get("/read"));
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(reply.body, reply.header("x-request-id") + ": the read failed");
}

TEST_F(ReadTest, RefusesWhatComesOverItsQueue) {
  std::mutex mutex;
  std::condition_variable changed;
  int running = 0;
  bool go_on = false;
  ServerLimits limits = quick_limits();
  limits.reads_waiting_max = 1;
  start(limits, [&] {
    std::unique_lock lock(mutex);
    ++running;
    changed.notify_all();
    changed.wait(lock, [&] { return go_on; });
    return Response{200, {}, "text/plain", "read"};
  });
  Client first(server_->port());
  first.send(get("/read"));
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return running == 1; });
  }
  Client rest(server_->port());
  rest.send(get("/read") + get("/read"));  // one waits, one is too many
  Client last(server_->port());
  const Reply refused = last.ask(get("/read"));
  EXPECT_EQ(refused.status, 503);
  EXPECT_NE(refused.header("retry-after"), "");
  EXPECT_EQ(refused.body, refused.header("x-request-id") + ": too many reads are waiting");
  {
    const std::lock_guard lock(mutex);
    go_on = true;
    changed.notify_all();
  }
  EXPECT_EQ(first.read().status, 200);
  EXPECT_EQ(rest.read().status, 200);
  EXPECT_EQ(rest.read().status, 503);
}

TEST(ResponseWriterTest, LeavesOutHeadersThatWouldChangeTheFraming) {
  Response response;
  response.body = "hello";
  response.headers = {{"Content-Length", "0"},
                      {"transfer-encoding", "chunked"},
                      {"Connection", "upgrade"},
                      {"X-Request-Id", "forged"},
                      {"X-Split", "a\r\nX-Evil: 1"},
                      {"X\r\nY", "1"},
                      {"", "1"},
                      {"X-Good", "kept"}};
  EXPECT_EQ(write_response(response, {11, false, false, "req_1"}),
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Good: kept\r\n"
            "X-Request-Id: req_1\r\nContent-Length: 5\r\n\r\nhello");
}

TEST(ResponseWriterTest, SendsNoBodyWhereTheStatusHasNone) {
  for (const int status : {204, 304}) {
    Response response;
    response.status = status;
    response.body = "GET /canary HTTP/1.1\r\n\r\n";
    const std::string bytes = write_response(response, {11, false, false, "req_1"});
    EXPECT_TRUE(bytes.ends_with("\r\n\r\n")) << bytes;
    EXPECT_EQ(bytes.find("canary"), std::string::npos);
    EXPECT_EQ(bytes.find("Content-Length"), std::string::npos);
  }
}

TEST(ResponseWriterTest, TurnsAStatusThatIsNoneInto500) {
  for (const int status : {0, 100, 101, 199, 600, -1}) {
    Response response;
    response.status = status;
    EXPECT_TRUE(write_response(response, {}).starts_with("HTTP/1.1 500 ")) << status;
  }
}

TEST(ResponseWriterTest, AnHttp10ClientIsToldThatTheConnectionStays) {
  EXPECT_NE(write_response({}, {10, false, false, "r"}).find("Connection: keep-alive\r\n"),
            std::string::npos);
}

}  // namespace
}  // namespace millrace::http::test
