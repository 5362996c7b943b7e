// The server: a loop, a listener, a tick, and the archive's thread, started and ended in order.
#include "http/server.hpp"

#include "http/core.hpp"
#include "http/listener.hpp"
#include "http/read_pool.hpp"
#include "http/session.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <csignal>
#include <future>
#include <thread>

namespace millrace::http {
namespace {

using boost::system::error_code;

class IoSink final : public ReplySink {
 public:
  explicit IoSink(asio::io_context& io) : io_(io) {}
  void post(std::vector<std::function<void()>> answers) override {
    asio::post(io_, [answers = std::move(answers)] {
      for (const auto& answer : answers) answer();
    });
  }

 private:
  asio::io_context& io_;
};

}  // namespace

struct Server::Impl {
  Impl(const ServerSettings& the_settings, const Router& router, const Archive& archive,
       const Clock& clock, Random& random)
      : settings(the_settings),
        core(settings, router, archive, clock, random),
        listener(core),
        sink(core.io),
        pool(sink, settings.limits.reads_waiting_max),
        ticker(core.io),
        signals(core.io) {}

  void tick() {
    ticker.expires_after(core.limits.tick);
    ticker.async_wait([this](error_code failed) {
      if (failed || core.stopped) return;
      const MonotonicTime now = core.clock.monotonic();
      // A session that ends leaves the register and the last one takes its place: go from the back.
      for (std::size_t i = core.sessions().size(); i-- > 0;) {
        const auto session = core.sessions()[i]->shared_from_this();
        session->check(now);
      }
      tick();
    });
  }

  void wait_for_signal() {
    signals.async_wait([this](error_code failed, int) {
      if (failed) return;
      on_signal();
      wait_for_signal();
    });
  }

  void close_all() {
    listener.close();
    signals.cancel();
    ticker.cancel();
    while (!core.sessions().empty()) core.sessions().back()->shared_from_this()->close();
  }

  ServerSettings settings;
  Core core;
  Listener listener;
  IoSink sink;
  ReadPool pool;
  asio::steady_timer ticker;
  asio::signal_set signals;
  std::function<void()> on_signal;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work;
  std::thread thread;
};

Server::Server(ServerSettings settings, const Router& router, const Archive& archive,
               const Clock& clock, Random& random)
    : impl_(std::make_unique<Impl>(settings, router, archive, clock, random)) {}

Server::~Server() { stop(); }

Result<void> Server::listen() {
  auto opened = impl_->listener.open(impl_->settings.host, impl_->settings.port);
  if (!opened) return opened;
  impl_->core.reader.authorities.push_back(address());
  impl_->core.reader.authorities.push_back("localhost:" + std::to_string(port()));
  return opened;
}

std::uint16_t Server::port() const { return impl_->listener.port(); }
std::string Server::address() const { return impl_->listener.address(); }
ReplySink& Server::sink() { return impl_->sink; }

void Server::read(MatchedPtr matched, std::function<Response()> work, Respond respond) {
  impl_->pool.read(std::move(matched), std::move(work), std::move(respond));
}

void Server::start() {
  impl_->work.emplace(impl_->core.io.get_executor());
  impl_->listener.accept();
  impl_->tick();
  impl_->pool.start();
  impl_->thread = std::thread([this] { impl_->core.io.run(); });
}

bool Server::drain(Duration deadline) {
  if (!impl_->thread.joinable()) return true;
  std::promise<void> begun;
  asio::post(impl_->core.io, [this, &begun] {
    impl_->core.draining = true;
    impl_->core.drain_began = impl_->core.clock.monotonic();
    impl_->listener.close();
    begun.set_value();
  });
  begun.get_future().wait();
  return impl_->core.wait_until_empty(deadline);
}

void Server::stop() {
  impl_->pool.stop();
  if (!impl_->thread.joinable()) return;
  asio::post(impl_->core.io, [this] {
    impl_->core.stopped = true;
    impl_->close_all();
    impl_->work.reset();
  });
  impl_->thread.join();
}

void Server::run_on_signal(std::function<void()> handler) {
  impl_->on_signal = std::move(handler);
  impl_->signals.add(SIGTERM);
  impl_->signals.add(SIGINT);
  impl_->wait_for_signal();
}

}  // namespace millrace::http
