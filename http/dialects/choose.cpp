// Which dialect speaks for a request that no row answers.
#include "http/dialects/choose.hpp"

#include "http/auth.hpp"
#include "http/dialects/orbit/errors.hpp"
#include "http/problem.hpp"

#include <array>

namespace millrace::http {
namespace {

struct Sign {
  std::string_view prefix;
  Dialect dialect;
};
constexpr std::array<Sign, 6> mounts{{{"/api/dev/v1", Dialect::sarufi},
                                      {"/orbit", Dialect::orbit},
                                      {"/tenex", Dialect::tenex},
                                      {"/ap", Dialect::activepieces},
                                      {"/sarufi", Dialect::sarufi},
                                      {"/native", Dialect::native}}};
constexpr std::array<Sign, 5> keys{{{"dv_live_sk_", Dialect::orbit},
                                    {"dv_test_sk_", Dialect::orbit},
                                    {"tnx_", Dialect::tenex},
                                    {"sk-", Dialect::activepieces},
                                    {"mr_", Dialect::native}}};

bool stands_under(std::string_view path, std::string_view mount) {
  return path.starts_with(mount) && (path.size() == mount.size() || path[mount.size()] == '/');
}

}  // namespace

Dialect choose_dialect(const Request& request) {
  for (const auto& [mount, dialect] : mounts) {
    if (stands_under(request.path, mount)) return dialect;
  }
  const auto key = presented_key(request);
  for (const auto& [prefix, dialect] : keys) {
    if (key.starts_with(prefix)) return dialect;
  }
  return request.header("x-api-key").empty() ? Dialect::native : Dialect::orbit;
}

Response render_in_chosen_dialect(const Request& request, const Error& error, int status) {
  switch (choose_dialect(request)) {
    case Dialect::orbit:
      return orbit::render_error_as(request, error, status);
    case Dialect::native:
    case Dialect::tenex:
    case Dialect::activepieces:
    case Dialect::sarufi:
      return problem(request, error, status);
  }
  return problem(request, error, status);
}

}  // namespace millrace::http
