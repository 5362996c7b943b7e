// One request and its answer on one curl handle.
#include "http/outbound/transfer.hpp"

#include "http/header_text.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <netinet/in.h>
#include <new>
#include <sys/socket.h>

namespace millrace::http {
namespace {

constexpr std::size_t reply_header_bytes_max = 64 * limits::kib;
constexpr std::size_t method_chars_max = 20;
constexpr std::size_t ratio_matters_from_bytes = 64 * limits::kib;

constexpr std::array<std::string_view, 9> not_for_flows{
    "host",       "content-length", "transfer-encoding",
    "connection", "keep-alive",     "proxy-connection",
    "te",         "trailer",        "upgrade"};

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::optional<std::pair<IpAddress, std::uint16_t>> read_sockaddr(const curl_sockaddr& from) {
  IpAddress address;
  if (from.family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &from.addr, sizeof v4);
    address.bytes[10] = address.bytes[11] = 0xff;
    std::memcpy(address.bytes.data() + 12, &v4.sin_addr, 4);
    return std::pair(address, ntohs(v4.sin_port));
  }
  if (from.family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &from.addr, sizeof v6);
    std::memcpy(address.bytes.data(), &v6.sin6_addr, 16);
    return std::pair(address, ntohs(v6.sin6_port));
  }
  return std::nullopt;
}

/// The one place where curl's words become ours.
Error translate(CURLcode outcome) {
  if (outcome == CURLE_OPERATION_TIMEDOUT) return {ErrorCode::timeout, "the call took too long"};
  return {ErrorCode::communication, std::string("the call failed: ") + curl_easy_strerror(outcome)};
}

}  // namespace

std::optional<Error> check_call(const HttpCall& call) {
  const bool named = call.method.size() <= method_chars_max && is_token(call.method);
  if (!named || call.method == "CONNECT" || call.method == "TRACE") {
    return egress_refused("method", "this method is not called");
  }
  for (const auto& [name, value] : call.headers) {
    if (!is_token(name) || !is_header_value(value)) {
      return egress_refused("header-bytes", "a header has a byte that is not allowed there");
    }
    const std::string known = to_lower(name);
    if (std::find(not_for_flows.begin(), not_for_flows.end(), known) != not_for_flows.end()) {
      return egress_refused("framing-header", known + " is set by the client itself");
    }
  }
  return std::nullopt;
}

Transfer::Transfer(const OutboundSettings& settings, HttpCall call, CheckedUrl at, Duration timeout)
    : settings_(settings), call_(std::move(call)), at_(std::move(at)), easy_(curl_easy_init()) {
  if (!easy_) throw std::bad_alloc();
  set_up(timeout);
  set_request();
}

void Transfer::set_up(Duration timeout) {
  CURL* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  // A name server that does not answer must not hold up the thread when the call is over.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");  // the environment's proxy would pass by the guard
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);  // redirects are ours: each hop is checked
  curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "millrace");  // a call's own header goes before it
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(settings_.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                   static_cast<long>(std::max<std::int64_t>(timeout.count(), 1)));
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_open);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
}

void Transfer::add_header(const std::string& line) {
  curl_slist* longer = curl_slist_append(headers_.get(), line.c_str());
  if (!longer) throw std::bad_alloc();
  static_cast<void>(headers_.release());
  headers_.reset(longer);
}

void Transfer::set_request() {
  CURL* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_URL, at_.url.c_str());
  const bool sends = !call_.body.empty() || call_.method == "POST" || call_.method == "PUT" ||
                     call_.method == "PATCH";
  if (sends) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call_.body.c_str());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call_.body.size()));
  }
  if (call_.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else {
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call_.method.c_str());
  }
  bool typed = false;
  for (const auto& [name, value] : call_.headers) {
    typed = typed || equals_ignoring_case(name, "content-type");
    add_header(value.empty() ? name + ";" : name + ": " + value);
  }
  add_header("Expect:");
  if (!typed) add_header("Content-Type:");
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_.get());
}

Duration Transfer::took() const {
  curl_off_t microseconds = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_TOTAL_TIME_T, &microseconds);
  return Duration(microseconds / 1000);
}

Result<CallReply> Transfer::result(CURLcode outcome) {
  if (outcome == CURLE_OPERATION_TIMEDOUT) return translate(outcome);
  if (outcome != CURLE_OK) return failure_ ? *failure_ : translate(outcome);
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  reply_.status = static_cast<int>(status);
  return std::move(reply_);
}

bool Transfer::take_header(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > reply_header_bytes_max) {
    failure_ = Error{ErrorCode::too_large, "the answer's header is too large"};
    return false;
  }
  const std::size_t colon = line.find(':');
  if (line.starts_with("HTTP/")) {
    reply_.headers.clear();  // what came before belonged to an interim answer
  } else if (colon != std::string_view::npos) {
    reply_.headers.emplace_back(to_lower(trim(line.substr(0, colon))),
                                std::string(trim(line.substr(colon + 1))));
  }
  return true;
}

bool Transfer::take_body(std::string_view bytes) {
  if (bytes.size() >
      call_.response_bytes_max - std::min(reply_.body.size(), call_.response_bytes_max)) {
    failure_ = Error{ErrorCode::too_large, "the answer has more than " +
                                               std::to_string(call_.response_bytes_max) + " bytes"};
    return false;
  }
  reply_.body.append(bytes);
  curl_off_t received = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_SIZE_DOWNLOAD_T, &received);
  const auto allowed = static_cast<std::size_t>(std::max<curl_off_t>(received, 1)) *
                       static_cast<std::size_t>(settings_.compression_ratio_max);
  if (reply_.body.size() > ratio_matters_from_bytes && reply_.body.size() > allowed) {
    failure_ = Error{ErrorCode::too_large, "the answer unpacks to more than " +
                                               std::to_string(settings_.compression_ratio_max) +
                                               " times its size"};
    return false;
  }
  return true;
}

curl_socket_t Transfer::open_socket(const curl_sockaddr& address) {
  const auto target = read_sockaddr(address);
  if (!target) {
    failure_ = egress_refused("address-family", "only IPv4 and IPv6 are called");
    return CURL_SOCKET_BAD;
  }
  if (const auto rule = refused_by(settings_.policy, target->first, target->second)) {
    failure_ = egress_refused(*rule, to_string(target->first) + " port " +
                                         std::to_string(target->second) + " (" + at_.host + ")");
    return CURL_SOCKET_BAD;
  }
  return socket(address.family, address.socktype | SOCK_CLOEXEC, address.protocol);
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  const bool taken = static_cast<Transfer*>(self)->take_header({data, size * count});
  return taken ? size * count : 0;
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  const bool taken = static_cast<Transfer*>(self)->take_body({data, size * count});
  return taken ? size * count : 0;
}

curl_socket_t Transfer::on_open(void* self, curlsocktype, curl_sockaddr* address) {
  return static_cast<Transfer*>(self)->open_socket(*address);
}

}  // namespace millrace::http
