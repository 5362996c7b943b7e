// Calls in, answers out: one thread around one curl multi handle.
#include "http/outbound/outbound.hpp"

#include "http/outbound/redirect.hpp"
#include "http/outbound/transfer.hpp"

#include <curl/curl.h>

#include <csignal>
#include <cstring>
#include <ifaddrs.h>
#include <mutex>
#include <netinet/in.h>
#include <new>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace millrace::http {
namespace {

using Done = std::function<void(Result<CallReply>)>;

constexpr int poll_milliseconds = 1'000;  // curl wakes earlier for its own timers and for new calls

std::vector<IpAddress> addresses_of_this_machine() {
  std::vector<IpAddress> found;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return found;
  for (const ifaddrs* at = list; at; at = at->ifa_next) {
    if (!at->ifa_addr) continue;
    IpAddress address;
    if (at->ifa_addr->sa_family == AF_INET) {
      sockaddr_in v4{};
      std::memcpy(&v4, at->ifa_addr, sizeof v4);
      address.bytes[10] = address.bytes[11] = 0xff;
      std::memcpy(address.bytes.data() + 12, &v4.sin_addr, 4);
    } else if (at->ifa_addr->sa_family == AF_INET6) {
      sockaddr_in6 v6{};
      std::memcpy(&v6, at->ifa_addr, sizeof v6);
      std::memcpy(address.bytes.data(), &v6.sin6_addr, 16);
    } else {
      continue;
    }
    found.push_back(address);
  }
  freeifaddrs(list);
  return found;
}

/// A wildcard listener becomes one listener per address of this machine.
std::vector<OwnListener> spelled_out(const std::vector<OwnListener>& listeners) {
  std::vector<OwnListener> result;
  for (const OwnListener& listener : listeners) {
    if (listener.address) {
      result.push_back(listener);
      continue;
    }
    for (const IpAddress& address : addresses_of_this_machine()) {
      result.push_back({address, listener.port});
    }
  }
  return result;
}

struct MultiDeleter {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

class CurlOutbound final : public Outbound {
 public:
  explicit CurlOutbound(OutboundSettings settings) : settings_(std::move(settings)) {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    multi_.reset(ready == CURLE_OK ? curl_multi_init() : nullptr);
    if (!multi_) throw std::bad_alloc();
    settings_.policy.own = spelled_out(settings_.policy.own);
    thread_ = std::thread([this] { run(); });
  }

  ~CurlOutbound() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    curl_multi_wakeup(multi_.get());
    thread_.join();
  }

  void perform(HttpCall call, Duration timeout, Done done) override {
    {
      const std::lock_guard lock(mutex_);
      arrived_.push_back({std::move(call), timeout, std::move(done)});
    }
    curl_multi_wakeup(multi_.get());
  }

 private:
  struct Arrival {
    HttpCall call;
    Duration timeout;
    Done done;
  };
  struct Open {
    std::unique_ptr<Transfer> transfer;
    Duration remaining;
    int redirects = 0;
    Done done;
    std::string host;  ///< that the call counts against: the first one
  };

  void run() {
    // curl leaves SIGPIPE to us, and OpenSSL writes without MSG_NOSIGNAL.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    while (adopt()) {
      int running = 0;
      curl_multi_perform(multi_.get(), &running);
      finish_ended();
      curl_multi_poll(multi_.get(), nullptr, 0, poll_milliseconds, nullptr);
    }
    for (auto& [handle, open] : open_) {
      curl_multi_remove_handle(multi_.get(), handle);
      open.done(Error{ErrorCode::cancelled, "the server is shutting down"});
    }
    open_.clear();
  }

  /// Starts what has arrived. False when the end has come; then what waited is cancelled.
  bool adopt() {
    std::vector<Arrival> arrived;
    bool stopping = false;
    {
      const std::lock_guard lock(mutex_);
      arrived.swap(arrived_);
      stopping = stopping_;
    }
    for (Arrival& arrival : arrived) {
      if (stopping) {
        arrival.done(Error{ErrorCode::cancelled, "the server is shutting down"});
      } else {
        start(std::move(arrival));
      }
    }
    return !stopping;
  }

  void start(Arrival arrival) {
    if (auto wrong = check_call(arrival.call)) return arrival.done(*std::move(wrong));
    auto url = check_url(arrival.call.url);
    if (!url) return arrival.done(url.error());
    const std::string host = url->host;
    const auto here = per_host_.find(host);
    const std::size_t open_here = here == per_host_.end() ? 0 : here->second;
    if (open_.size() >= settings_.calls_max || open_here >= settings_.calls_per_host_max) {
      return arrival.done(Error{ErrorCode::communication, "too many calls are open to " + host});
    }
    ++per_host_[host];
    begin({nullptr, arrival.timeout, 0, std::move(arrival.done), host}, std::move(arrival.call),
          *std::move(url));
  }

  void begin(Open open, HttpCall call, CheckedUrl at) {
    open.transfer =
        std::make_unique<Transfer>(settings_, std::move(call), std::move(at), open.remaining);
    CURL* handle = open.transfer->handle();
    open_.emplace(handle, std::move(open));
    curl_multi_add_handle(multi_.get(), handle);
  }

  void finish_ended() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* handle = message->easy_handle;
      const CURLcode outcome = message->data.result;
      auto entry = open_.extract(handle);
      Open open = std::move(entry.mapped());
      auto result = open.transfer->result(outcome);
      curl_multi_remove_handle(multi_.get(), handle);
      settle(std::move(open), std::move(result));
    }
  }

  void settle(Open open, Result<CallReply> result) {
    if (!result || !open.transfer->call().follow_redirects) return end(open, std::move(result));
    auto next = redirect_of(open.transfer->call(), open.transfer->at(), *result);
    if (!next) return end(open, next.error());
    if (!next->has_value()) return end(open, std::move(result));
    if (++open.redirects > settings_.redirects_max) {
      return end(open, egress_refused("redirect-limit",
                                      "more than " + std::to_string(settings_.redirects_max)));
    }
    open.remaining -= open.transfer->took();
    if (open.remaining <= Duration::zero()) {
      return end(open, Error{ErrorCode::timeout, "the call took too long"});
    }
    Redirect& redirect = **next;
    begin(std::move(open), std::move(redirect.call), std::move(redirect.url));
  }

  void end(Open& open, Result<CallReply> result) {
    const auto host = per_host_.find(open.host);
    if (--host->second == 0) per_host_.erase(host);
    open.transfer.reset();
    open.done(std::move(result));
  }

  OutboundSettings settings_;
  std::unique_ptr<CURLM, MultiDeleter> multi_;
  std::unordered_map<CURL*, Open> open_;                   ///< the outbound thread's
  std::unordered_map<std::string, std::size_t> per_host_;  ///< the outbound thread's
  std::mutex mutex_;
  std::vector<Arrival> arrived_;  ///< guarded by mutex_
  bool stopping_ = false;         ///< guarded by mutex_
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Outbound> make_outbound(OutboundSettings settings) {
  return std::make_unique<CurlOutbound>(std::move(settings));
}

}  // namespace millrace::http
