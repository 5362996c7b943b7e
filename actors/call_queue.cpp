// Round robin over hosts that have both a call and room.
#include "actors/call_queue.hpp"

#include "runtime/base/assert.hpp"

#include <algorithm>
#include <cctype>

namespace millrace::actors {

void CallQueue::line_up(const std::string& name, Host& host) {
  if (host.in_turn || !may_go(host)) return;
  host.in_turn = true;
  turns_.push_back(name);
}

void CallQueue::push(std::string host, CallTask task) {
  Host& entry = hosts_[host];
  entry.queue.push_back(std::move(task));
  ++queued_;
  line_up(host, entry);
}

std::optional<CallQueue::Item> CallQueue::pop() {
  if (open_ >= open_max_ || turns_.empty()) return std::nullopt;
  std::string name = std::move(turns_.front());
  turns_.pop_front();
  Host& host = hosts_.at(name);
  host.in_turn = false;
  Item item{name, std::move(host.queue.front())};
  host.queue.pop_front();
  ++host.open;
  ++open_;
  --queued_;
  line_up(name, host);
  return item;
}

void CallQueue::closed(const std::string& host) {
  auto found = hosts_.find(host);
  MR_ASSERT(found != hosts_.end() && found->second.open > 0);
  --found->second.open;
  --open_;
  line_up(host, found->second);
  if (found->second.open == 0 && found->second.queue.empty()) hosts_.erase(found);
}

std::string host_of(std::string_view url) {
  if (const auto scheme = url.find("://"); scheme != url.npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const auto user = url.rfind('@'); user != url.npos) url.remove_prefix(user + 1);
  std::string host(url);
  std::transform(host.begin(), host.end(), host.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return host;
}

}  // namespace millrace::actors
