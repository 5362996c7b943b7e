// A body that is made while it is sent, on real sockets: framing, slow and vanished readers,
// draining, and what may not come behind it.
#include "http/body_stream.hpp"
#include "tests/http/session_fixture.hpp"

#include <future>
#include <thread>

namespace millrace::http::test {
namespace {

/// Says what the test tells it to say. Its members belong to the I/O thread.
class ToldStream : public BodyStream {
 public:
  explicit ToldStream(std::atomic<int>& open) : open_(open) { ++open_; }
  ~ToldStream() override { --open_; }

  void begin(std::function<void()> ready) override { ready_ = std::move(ready); }
  Fill fill(std::string& out) override {
    fills_ += 1;
    out += std::exchange(next_, {});
    if (endless_ && !winding_up_) out.append(64 * limits::kib, 'x');
    if (winding_up_) out += "bye";
    if (winding_up_ || last_) return Fill::ended;
    return endless_ ? Fill::more : Fill::idle;
  }
  bool is_due(MonotonicTime) override { return false; }
  void wind_up() override { winding_up_ = true; }

  void say(std::string text, bool last = false) {
    next_ += text;
    last_ = last;
    ready_();
  }

  bool endless_ = false;
  std::atomic<int> fills_ = 0;

 private:
  std::atomic<int>& open_;
  std::function<void()> ready_;
  std::string next_;
  bool last_ = false;
  bool winding_up_ = false;
};

class StreamTest : public SessionTest {
 protected:
  void start() {
    for (const char* method : {"GET", "POST"}) {
      Route route = server_.echo(method, "/stream");
      route.streams = true;
      route.handler = [this](const MatchedPtr& matched, const Respond& respond) {
        auto stream = std::make_shared<ToldStream>(open_);
        stream->endless_ = matched->request.parameter("endless").has_value();
        {
          const std::lock_guard lock(mutex_);
          stream_ = stream;
          ++begun_;
        }
        changed_.notify_all();
        Response response;
        response.content_type = "text/event-stream";
        response.stream = std::move(stream);
        respond(std::move(response));
      };
      server_.router.add(std::move(route));
    }
    SessionTest::start();
  }
  void wait_until_begun(int count = 1) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, 20s, [&] { return begun_ >= count; }));
  }
  /// On the I/O thread; waits until it is said.
  void say(const std::string& text, bool last = false) {
    std::promise<void> said;
    std::vector<std::function<void()>> calls;
    calls.emplace_back([&] {
      if (const auto stream = stream_.lock()) stream->say(text, last);
      said.set_value();
    });
    server_.server->sink().post(std::move(calls));
    said.get_future().wait();
  }
  void wait_until_gone() {
    while (open_ > 0) EXPECT_EQ(server_.ask(get("/echo")).status, 200);
  }

  std::atomic<int> open_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::weak_ptr<ToldStream> stream_;  ///< guarded by mutex_ until it has begun
  int begun_ = 0;
};

TEST_F(StreamTest, SendsEachPieceAtOnceAsAChunkAndClosesBehindTheLast) {
  start();
  Client client(server_.port());
  client.send(get("/stream"));
  const Reply head = client.read(true);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("content-type"), "text/event-stream");
  EXPECT_EQ(head.header("transfer-encoding"), "chunked");
  EXPECT_EQ(head.header("connection"), "close");
  EXPECT_EQ(head.header("content-length"), "");
  say("hello");
  EXPECT_EQ(client.read_bytes(10), "5\r\nhello\r\n");
  say("0123456789abcdef", true);
  EXPECT_EQ(client.read_rest(), "10\r\n0123456789abcdef\r\n0\r\n\r\n");
  client.end();
  wait_until_gone();
}

TEST_F(StreamTest, AnHttp10ClientGetsTheBytesWithoutChunks) {
  start();
  Client client(server_.port());
  client.send("GET /stream HTTP/1.0\r\nHost: here\r\nConnection: keep-alive\r\n\r\n");
  const Reply head = client.read(true);
  EXPECT_EQ(head.header("transfer-encoding"), "");
  EXPECT_EQ(head.header("connection"), "close");
  say("hello", true);
  EXPECT_EQ(client.read_rest(), "hello");
}

TEST_F(StreamTest, HeadGetsTheHeadAndOpensNoStream) {
  start();
  Client client(server_.port());
  client.send("HEAD /stream HTTP/1.1\r\nHost: here\r\n\r\n");
  EXPECT_EQ(client.read(true).status, 200);
  EXPECT_EQ(client.read_rest(), "");
  EXPECT_EQ(open_, 0);
}

TEST_F(StreamTest, ARequestPipelinedBehindAStreamIsNeverTakenIn) {
  start();
  Client client(server_.port());
  client.send(get("/echo") + get("/stream") + post("/echo", "canary"));
  EXPECT_EQ(client.read().body, "GET /echo ");
  EXPECT_EQ(client.read(true).header("content-type"), "text/event-stream");
  client.send(post("/echo", "late canary"));
  say("hello", true);
  EXPECT_EQ(client.read_rest(), "5\r\nhello\r\n0\r\n\r\n");
  EXPECT_EQ(server_.handled, 1);
}

TEST_F(StreamTest, AStreamWaitsForTheAnswersBeforeIt) {
  start();
  Client client(server_.port());
  client.send(get("/held/0") + get("/stream"));
  held_.wait_for(1);
  wait_until_begun();
  held_.give(*server_.server, 0);
  EXPECT_EQ(client.read().body, "/held/0");
  EXPECT_EQ(client.read(true).status, 200);
  say("hello");
  EXPECT_EQ(client.read_bytes(10), "5\r\nhello\r\n");
}

TEST_F(StreamTest, AStreamEndsWhenItsClientGoesThoughNothingIsSaid) {
  start();
  {
    Client client(server_.port());
    client.send(get("/stream"));
    client.read(true);
    EXPECT_EQ(open_, 1);
  }
  wait_until_gone();
}

TEST_F(StreamTest, AReaderThatTakesNothingSlowsNobodyAndIsCutOffInTime) {
  start();
  Client slow(server_.port());
  slow.send(get("/stream?endless=1"));
  wait_until_begun();
  Client brisk(server_.port());
  brisk.send(get("/stream"));
  wait_until_begun(2);
  brisk.read(true);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(server_.ask(get("/echo")).status, 200);
    say("hello");
    EXPECT_EQ(brisk.read_bytes(10), "5\r\nhello\r\n");
  }
  server_.clock.advance(31s);
  while (open_ > 1) EXPECT_EQ(server_.ask(get("/echo")).status, 200);
  say("hello");
  EXPECT_EQ(brisk.read_bytes(10), "5\r\nhello\r\n");
}

TEST_F(StreamTest, WhatAReaderDoesNotTakeIsNotMadeEither) {
  start();
  Client slow(server_.port());
  slow.send(get("/stream?endless=1"));
  wait_until_begun();
  int before = -1;
  const auto fills = [this] {
    std::promise<int> told;
    std::vector<std::function<void()>> calls;
    calls.emplace_back([&] { told.set_value(stream_.lock()->fills_); });
    server_.server->sink().post(std::move(calls));
    return told.get_future().get();
  };
  for (int now = fills(); now != before; now = fills()) {
    before = now;
    for (int i = 0; i < 20; ++i) EXPECT_EQ(server_.ask(get("/echo")).status, 200);
  }
  EXPECT_LT(before, 2'000) << "the socket's buffers hold no more";
}

TEST_F(StreamTest, ADrainEndsStreamsWithTheirLastWords) {
  start();
  Client client(server_.port());
  client.send(get("/stream"));
  client.read(true);
  std::thread drain([&] { EXPECT_TRUE(server_.server->drain(20s)); });
  EXPECT_EQ(client.read_rest(), "3\r\nbye\r\n0\r\n\r\n");
  client.end();
  drain.join();
  EXPECT_EQ(open_, 0);
}

TEST_F(StreamTest, StopsWithAStreamOpen) {
  start();
  Client client(server_.port());
  client.send(get("/stream"));
  client.read(true);
  server_.server->stop();
  EXPECT_EQ(open_, 0);
  EXPECT_EQ(client.read_rest(), "");
}

}  // namespace
}  // namespace millrace::http::test
