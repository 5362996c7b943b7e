// One request and its answer on one curl handle, with every cap of the egress guard on it. The
// outbound thread's. Internal: includes curl.
#pragma once

#include "http/outbound/outbound.hpp"
#include "http/outbound/url_check.hpp"

#include <curl/curl.h>

#include <memory>
#include <optional>
#include <string>

namespace millrace::http {

class Transfer {
 public:
  /// `settings` outlives the transfer.
  Transfer(const OutboundSettings& settings, HttpCall call, CheckedUrl at, Duration timeout);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  CURL* handle() const { return easy_.get(); }
  const HttpCall& call() const { return call_; }
  const CheckedUrl& at() const { return at_; }
  /// After it ended: how long it took.
  Duration took() const;
  /// After it ended with `outcome`: the reply, or why there is none.
  Result<CallReply> result(CURLcode outcome);

 private:
  struct EasyDeleter {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct ListDeleter {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  void set_up(Duration timeout);
  void set_request();
  void add_header(const std::string& line);
  bool take_header(std::string_view line);
  bool take_body(std::string_view bytes);
  curl_socket_t open_socket(const curl_sockaddr& address);

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static curl_socket_t on_open(void* self, curlsocktype purpose, curl_sockaddr* address);

  const OutboundSettings& settings_;
  HttpCall call_;
  CheckedUrl at_;
  std::unique_ptr<CURL, EasyDeleter> easy_;
  std::unique_ptr<curl_slist, ListDeleter> headers_;
  CallReply reply_;
  std::size_t header_bytes_ = 0;
  std::optional<Error> failure_;  ///< ours: worth more than curl's word
};

/// Whether a call may be made at all, apart from its URL: method, headers. Error egress_refused,
/// rules `method`, `header-bytes`, `framing-header` (Host, Content-Length and their like are not
/// for flows to set).
std::optional<Error> check_call(const HttpCall& call);

}  // namespace millrace::http
