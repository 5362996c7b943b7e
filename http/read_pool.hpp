// One thread for reads that may touch the disk, behind a bounded queue, so that the I/O thread
// never waits for it.
#pragma once

#include "http/router.hpp"
#include "runtime/ports/reply.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace millrace::http {

class ReadPool {
 public:
  /// `sink` takes the answers to the thread they belong to; it outlives the pool.
  ReadPool(ReplySink& sink, std::size_t waiting_max) : sink_(sink), waiting_max_(waiting_max) {}
  ~ReadPool() { stop(); }
  ReadPool(const ReadPool&) = delete;
  ReadPool& operator=(const ReadPool&) = delete;

  void start();
  /// Thread-safe. `respond` always runs through the sink: with what `work` returned, or, in the
  /// voice of the request's row, with 500 when it threw and 503 when the queue is full.
  void read(MatchedPtr matched, std::function<Response()> work, Respond respond);
  /// Drops what waits and joins the thread. Idempotent.
  void stop();

 private:
  struct Job {
    MatchedPtr matched;
    std::function<Response()> work;
    Respond respond;
  };
  void run();
  void deliver(Respond respond, Response response);

  ReplySink& sink_;
  std::size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<Job> jobs_;   ///< guarded by mutex_
  bool stopping_ = false;  ///< guarded by mutex_
  std::thread thread_;
};

}  // namespace millrace::http
