// What happens to a call when its answer is a redirect.
#include "http/outbound/redirect.hpp"

#include "http/header_text.hpp"

#include <algorithm>

namespace millrace::http {
namespace {

bool carries_rights(std::string_view header) {
  const std::string name = to_lower(header);
  constexpr std::string_view exact[] = {"authorization", "proxy-authorization", "cookie",
                                        "cookie2"};
  constexpr std::string_view part[] = {"signature", "token",  "secret",
                                       "api-key",   "apikey", "webhook-"};
  return std::find(std::begin(exact), std::end(exact), name) != std::end(exact) ||
         std::any_of(std::begin(part), std::end(part),
                     [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

bool describes_body(std::string_view header) { return to_lower(header).starts_with("content-"); }

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool becomes_get(int status, const std::string& method) {
  if (status == 303) return method != "HEAD";
  return (status == 301 || status == 302) && method == "POST";
}

}  // namespace

Result<std::optional<Redirect>> redirect_of(const HttpCall& call, const CheckedUrl& at,
                                            const CallReply& reply) {
  const std::optional<Redirect> none;
  if (!is_redirect(reply.status)) return none;
  const auto location = std::find_if(reply.headers.begin(), reply.headers.end(),
                                     [](const auto& header) { return header.first == "location"; });
  if (location == reply.headers.end() || location->second.empty()) return none;
  auto next = resolve(at, location->second);
  if (!next) return next.error();
  if (at.scheme == "https" && next->scheme != "https") {
    return egress_refused("redirect-downgrade", "from https to http at " + next->host);
  }
  Redirect redirect{*std::move(next), call};
  redirect.call.url = redirect.url.url;
  HeaderList& headers = redirect.call.headers;
  if (!redirect.url.same_origin(at)) {
    std::erase_if(headers, [](const auto& header) { return carries_rights(header.first); });
  }
  if (becomes_get(reply.status, call.method)) {
    redirect.call.method = "GET";
    redirect.call.body.clear();
    std::erase_if(headers, [](const auto& header) { return describes_body(header.first); });
  }
  return std::optional<Redirect>(std::move(redirect));
}

}  // namespace millrace::http
