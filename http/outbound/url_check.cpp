// What a URL may look like.
#include "http/outbound/url_check.hpp"

#include "http/header_text.hpp"
#include "runtime/base/limits.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>

namespace millrace::http {
namespace {

constexpr std::size_t url_bytes_max = 8 * limits::kib;

struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, UrlDeleter>;

bool is_plain(char c) { return c > 0x20 && c < 0x7f && c != '\\'; }

Result<std::string> part(CURLU* url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  const CURLUcode failed = curl_url_get(url, which, &text, flags);
  if (failed != CURLUE_OK) return egress_refused("url-malformed", curl_url_strerror(failed));
  std::string copy(text);
  curl_free(text);
  return copy;
}

/// The scheme, or where the authority has more than a host and a port.
std::optional<Error> check_spelling(std::string_view url) {
  const std::size_t colon = url.find("://");
  if (colon == std::string_view::npos) return egress_refused("url-malformed", "no scheme");
  const std::string_view scheme = url.substr(0, colon);
  if (!equals_ignoring_case(scheme, "http") && !equals_ignoring_case(scheme, "https")) {
    return egress_refused("url-scheme", "only http and https are called");
  }
  std::string_view authority = url.substr(colon + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  if (authority.empty()) return egress_refused("url-malformed", "no host");
  if (authority.find('@') != std::string_view::npos) {
    return egress_refused("url-userinfo", "a URL carries no user or password");
  }
  return std::nullopt;
}

std::optional<Error> check_bytes(std::string_view url) {
  if (url.size() > url_bytes_max) return egress_refused("url-malformed", "the URL is too long");
  if (!std::all_of(url.begin(), url.end(), is_plain)) {
    return egress_refused("url-bytes",
                          "blanks, control bytes, backslashes and bytes outside ASCII");
  }
  return std::nullopt;
}

Result<CheckedUrl> read(CURLU* url) {
  curl_url_set(url, CURLUPART_FRAGMENT, nullptr, 0);
  auto whole = part(url, CURLUPART_URL);
  if (!whole) return whole.error();
  if (auto wrong = check_spelling(*whole)) return *std::move(wrong);
  auto scheme = part(url, CURLUPART_SCHEME);
  auto host = part(url, CURLUPART_HOST);
  auto port = part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  if (!scheme || !host || !port) return egress_refused("url-malformed", "no host or no port");
  CheckedUrl checked{*whole, to_lower(*scheme), to_lower(*host), 0};
  std::from_chars(port->data(), port->data() + port->size(), checked.port);
  if (checked.port == 0) return egress_refused("url-malformed", "no such port");
  return checked;
}

}  // namespace

Error egress_refused(std::string_view rule, std::string_view what) {
  std::string message = "refused by egress rule ";
  message.append(rule).append(": ").append(what);
  return Error{ErrorCode::egress_refused, std::move(message)};
}

Result<CheckedUrl> check_url(std::string_view url) {
  if (auto wrong = check_bytes(url)) return *std::move(wrong);
  if (auto wrong = check_spelling(url)) return *std::move(wrong);
  const Url handle(curl_url());
  const CURLUcode failed = curl_url_set(handle.get(), CURLUPART_URL, std::string(url).c_str(), 0);
  if (failed != CURLUE_OK) return egress_refused("url-malformed", curl_url_strerror(failed));
  return read(handle.get());
}

Result<CheckedUrl> resolve(const CheckedUrl& base, std::string_view location) {
  if (auto wrong = check_bytes(location)) return *std::move(wrong);
  const Url handle(curl_url());
  curl_url_set(handle.get(), CURLUPART_URL, base.url.c_str(), 0);
  const CURLUcode failed =
      curl_url_set(handle.get(), CURLUPART_URL, std::string(location).c_str(), 0);
  if (failed == CURLUE_UNSUPPORTED_SCHEME) {
    return egress_refused("url-scheme", "only http and https are called");
  }
  if (failed != CURLUE_OK) return egress_refused("url-malformed", curl_url_strerror(failed));
  return read(handle.get());
}

}  // namespace millrace::http
