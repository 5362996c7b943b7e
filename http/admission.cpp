// Whether a request gets past its head.
#include "http/admission.hpp"

#include "http/auth.hpp"
#include "http/problem.hpp"
#include "http/status.hpp"

namespace millrace::http {
namespace {

Response unrouted(const Router& router, const Request& request, const Router::Match& match) {
  if (match.allowed.empty()) {
    return render_error(router.fallback(), request,
                        Error{ErrorCode::not_found, "there is nothing at this path"});
  }
  std::string allowed;
  for (const auto& method : match.allowed) {
    if (!allowed.empty()) allowed += ", ";
    allowed += method;
  }
  const Error error{ErrorCode::method_not_allowed, "this path takes " + allowed};
  Response response = render_error(router.fallback(), request, error);
  response.headers.emplace_back("Allow", allowed);
  return response;
}

Error refused_key(AdmissionDesk& desk, const Request& request, Error error, bool guessed,
                  MonotonicTime now) {
  if (!guessed || !desk.failures.count(request.peer, now)) return error;
  return Error{ErrorCode::rate_limited, "too many wrong API keys from this address"};
}

/// The key of the request, which reaches the row and has not asked too often.
Result<ApiKey> pass_key(AdmissionDesk& desk, Request& request, const Route& route,
                        const KeyAccess& access, MonotonicTime now) {
  bool guessed = false;
  auto key = identify(request, desk.archive, guessed);
  if (!key) return refused_key(desk, request, key.error(), guessed, now);
  request.quota = desk.rates.count(key->id, now, request.received);
  if (request.quota && request.quota->retry_after > 0) {
    return Error{ErrorCode::rate_limited,
                 "a key may ask " + std::to_string(request.quota->limit) + " times in 60 seconds"};
  }
  if (auto error = refusal(*key, route, access)) return *std::move(error);
  return key;
}

}  // namespace

Response render_error(const Matched& matched, const Error& error) {
  return matched.voice != nullptr ? render_error(*matched.voice, matched.request, error)
                                  : problem(matched.request, error);
}

Response render_error(const RenderError& render, const Request& request, const Error& error,
                      std::optional<int> status) {
  const int told = status.value_or(http_status(error.code));
  return render ? render(request, error, told) : problem(request, error, told);
}

std::variant<Admitted, Response> admit(AdmissionDesk& desk, Request& request,
                                       const Announced& announced, MonotonicTime now) {
  Router::Match match = desk.router.match(request.method, request.path);
  if (!match.route) return unrouted(desk.router, request, match);
  const Route& route = *match.route;
  Admitted admitted{&route, std::move(match.captures), std::nullopt};
  if (const auto* access = std::get_if<KeyAccess>(&route.access)) {
    auto key = pass_key(desk, request, route, *access, now);
    if (!key) return render_error(route.render_error, request, key.error());
    admitted.key = *std::move(key);
  }
  if (announced.expects_unknown) {
    return render_error(route.render_error, request,
                        Error{ErrorCode::validation, "this Expect is not known"}, 417);
  }
  if (announced.content_length > route.body_bytes_max) {
    return render_error(
        route.render_error, request,
        Error{ErrorCode::too_large,
              "the body may have " + std::to_string(route.body_bytes_max) + " bytes at most"});
  }
  return admitted;
}

}  // namespace millrace::http
