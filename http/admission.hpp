// Whether a request gets past its head: route, key, size. Decided before a byte of the body is
// read.
#pragma once

#include "http/message.hpp"
#include "http/rate_limit.hpp"
#include "http/router.hpp"
#include "runtime/ports/archive.hpp"

#include <cstdint>
#include <variant>

namespace millrace::http {

struct Admitted {
  const Route* route = nullptr;
  std::vector<std::pair<std::string, std::string>> captures;
  std::optional<ApiKey> key;
};

/// What admission asks. The I/O thread's.
struct AdmissionDesk {
  const Router& router;
  const Archive& archive;
  AuthFailures& failures;
  KeyRates& rates;
};
struct Announced {
  std::uint64_t content_length = 0;
  bool expects_unknown = false;  ///< an Expect header that is not 100-continue
};

/// 404 and 405 by the router's fallback, 401, 403, 413, 417 and 429 in the matched route's form.
/// Sets the request's quota once its key is known.
std::variant<Admitted, Response> admit(AdmissionDesk& desk, Request& request,
                                       const Announced& announced, MonotonicTime now);

/// `error` in the voice of the matched row.
Response render_error(const Matched& matched, const Error& error);
/// `error` in the form of `render`, under `status` where one is given. Renders natively when
/// `render` is empty.
Response render_error(const RenderError& render, const Request& request, const Error& error,
                      std::optional<int> status = std::nullopt);

}  // namespace millrace::http
