// What the sessions of one server share.
#include "http/core.hpp"

#include "http/session.hpp"
#include "runtime/base/ids.hpp"

namespace millrace::http {
namespace {

constexpr int id_random_bits = 60;

/// SplitMix64: spreads a counter over 64 bits.
std::uint64_t spread(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

HeadBounds bounds_of(const ServerLimits& limits) {
  return {limits.request_line_bytes_max, limits.header_bytes_max, limits.header_fields_max};
}

}  // namespace

Core::Core(const ServerSettings& settings, const Router& router, const Archive& archive,
           const Clock& the_clock, Random& random)
    : limits(settings.limits),
      reader{bounds_of(settings.limits), settings.authorities},
      clock(the_clock),
      failures(settings.limits.auth_failures_max, settings.limits.auth_failures_per_second),
      rates(settings.limits.key_requests_per_minute),
      desk{router, archive, failures, rates},
      request_number_(random.next()) {}

std::string Core::next_request_id() {
  const auto now = static_cast<std::uint64_t>(clock.now().time_since_epoch().count());
  const std::uint64_t chance = spread(++request_number_) >> (64 - id_random_bits);
  return "req_" + to_base62(Id::make(now, Partition{0}, chance));
}

bool Core::admit_connection(const std::string& peer, bool loopback) {
  if (sessions_.size() >= limits.connections_max) return false;
  if (loopback && limits.loopback_exempt) return true;
  std::size_t& count = unauthenticated_[peer];
  if (count >= limits.connections_per_address_max) return false;
  ++count;
  return true;
}

void Core::uncount_address(const std::string& peer) {
  const auto found = unauthenticated_.find(peer);
  if (found == unauthenticated_.end()) return;
  if (--found->second == 0) unauthenticated_.erase(found);
}

void Core::enter(Session& session) {
  session.place = sessions_.size();
  sessions_.push_back(&session);
  const std::lock_guard lock(mutex_);
  sessions_count_ = sessions_.size();
}

void Core::leave(Session& session) {
  sessions_[session.place] = sessions_.back();
  sessions_[session.place]->place = session.place;
  sessions_.pop_back();
  const std::lock_guard lock(mutex_);
  sessions_count_ = sessions_.size();
  if (sessions_count_ == 0) emptied_.notify_all();
}

bool Core::wait_until_empty(Duration deadline) {
  std::unique_lock lock(mutex_);
  return emptied_.wait_for(lock, deadline, [this] { return sessions_count_ == 0; });
}

}  // namespace millrace::http
