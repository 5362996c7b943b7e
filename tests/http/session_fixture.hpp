// A server with the routes that the tests of one connection ask, and a handler whose answers the
// test holds back.
#pragma once

#include "tests/http/harness.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace millrace::http::test {

using namespace std::chrono_literals;

inline std::string get(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\nHost: here\r\n\r\n";
}

inline std::string post(const std::string& target, const std::string& body) {
  return "POST " + target +
         " HTTP/1.1\r\nHost: here\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

/// Keeps answers back until the test gives them, in any order. The server's own sink brings them
/// home.
class HeldAnswers {
 public:
  Handler handler() {
    return [this](const MatchedPtr& matched, Respond respond) {
      const std::lock_guard lock(mutex_);
      held_.emplace_back(matched->request.target, std::move(respond));
      changed_.notify_all();
    };
  }
  void wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, 20s, [&] { return held_.size() >= count; }));
  }
  std::size_t count() {
    const std::lock_guard lock(mutex_);
    return held_.size();
  }
  void give(Server& server, std::size_t index) {
    std::pair<std::string, Respond> one;
    {
      const std::lock_guard lock(mutex_);
      one = std::move(held_[index]);
    }
    std::vector<std::function<void()>> answers;
    answers.emplace_back([one = std::move(one)] {
      one.second({200, {}, "text/plain", one.first});
    });
    server.sink().post(std::move(answers));
  }
  /// Lets the answer go without giving it.
  void drop(std::size_t index) {
    const std::lock_guard lock(mutex_);
    held_[index].second = nullptr;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<std::string, Respond>> held_;
};

class SessionTest : public testing::Test {
 protected:
  void add_routes() {
    server_.router.add(server_.echo("GET", "/echo"));
    Route small = server_.echo("POST", "/echo");
    small.body_bytes_max = 1000;
    server_.router.add(std::move(small));
    Route held = server_.echo("GET", "/held/{n}");
    held.handler = held_.handler();
    server_.router.add(std::move(held));
    Route large = server_.echo("GET", "/large");
    large.handler = [](const MatchedPtr&, const Respond& respond) {
      respond({200, {}, "text/plain", std::string(32 * limits::mib, 'x')});
    };
    server_.router.add(std::move(large));
    Route throwing = server_.echo("GET", "/throws");
    throwing.handler = [](const MatchedPtr&, const Respond&) {
      throw std::runtime_error("secret detail");
    };
    server_.router.add(std::move(throwing));
  }
  void start() {
    add_routes();
    server_.start();
  }

  HeldAnswers held_;
  TestServer server_;
};

}  // namespace millrace::http::test
