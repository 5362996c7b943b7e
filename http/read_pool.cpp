// One thread for reads that may touch the disk.
#include "http/read_pool.hpp"

#include "http/admission.hpp"
#include "runtime/base/log.hpp"

#include <exception>

namespace millrace::http {
namespace {

Response perform(const Matched& matched, const std::function<Response()>& work) {
  try {
    return work();
  } catch (const std::exception& failure) {
    log(LogLevel::error, "http.read_failed",
        {{"request_id", matched.request.request_id}, {"what", failure.what()}});
    return render_error(matched, Error{ErrorCode::internal, "the read failed"});
  }
}

}  // namespace

void ReadPool::start() {
  thread_ = std::thread([this] { run(); });
}

void ReadPool::read(MatchedPtr matched, std::function<Response()> work, Respond respond) {
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_ && jobs_.size() < waiting_max_) {
      jobs_.push_back({std::move(matched), std::move(work), std::move(respond)});
      filled_.notify_one();
      return;
    }
  }
  deliver(std::move(respond),
          render_error(*matched, Error{ErrorCode::unavailable, "too many reads are waiting"}));
}

void ReadPool::run() {
  for (;;) {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (stopping_) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    deliver(std::move(job.respond), perform(*job.matched, job.work));
  }
}

void ReadPool::deliver(Respond respond, Response response) {
  std::vector<std::function<void()>> answers;
  answers.emplace_back([respond = std::move(respond), response = std::move(response)]() mutable {
    respond(std::move(response));
  });
  sink_.post(std::move(answers));
}

void ReadPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    filled_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
  jobs_.clear();
}

}  // namespace millrace::http
