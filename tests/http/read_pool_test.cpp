// Reads on their own thread: what a client gets when a read fails or cannot wait.
#include "http/read_pool.hpp"

#include <gtest/gtest.h>

#include <future>
#include <stdexcept>

namespace millrace::http {
namespace {

/// Runs answers where they are posted.
class InlineSink : public ReplySink {
 public:
  void post(std::vector<std::function<void()>> answers) override {
    for (auto& answer : answers) answer();
  }
};

class ReadPoolTest : public testing::Test {
 protected:
  ReadPoolTest() {
    auto matched = std::make_shared<Matched>();
    matched->request.request_id = "req_7";
    matched->voice = &voice_;
    matched_ = matched;
  }

  /// The answer to a read that does `work`.
  std::future<Response> read(std::function<Response()> work) {
    auto answered = std::make_shared<std::promise<Response>>();
    pool_.read(matched_, std::move(work),
               [answered](Response response) { answered->set_value(std::move(response)); });
    return answered->get_future();
  }

  RenderError voice_ = [](const Request& request, const Error& error, int status) {
    return Response{status, {}, "text/plain", request.request_id + " " + error.message};
  };
  MatchedPtr matched_;
  InlineSink sink_;
  ReadPool pool_{sink_, 1};
};

TEST_F(ReadPoolTest, AnswersWithWhatTheWorkReturned) {
  pool_.start();
  EXPECT_EQ(read([] { return Response{201, {}, "text/plain", "done"}; }).get().status, 201);
}

TEST_F(ReadPoolTest, TellsAFailedReadInTheVoiceOfItsRow) {
  pool_.start();
  const Response response =
      read([]() -> Response { throw std::runtime_error("disk /var/lib/secret"); }).get();
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body, "req_7 the read failed");
}

TEST_F(ReadPoolTest, RefusesInTheVoiceOfItsRowWhatCannotWait) {
  const auto waits = read([] { return Response{}; });  // nobody takes it: the pool is not started
  const Response response = read([] { return Response{}; }).get();
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.body, "req_7 too many reads are waiting");
}

}  // namespace
}  // namespace millrace::http
