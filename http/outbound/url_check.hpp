// What a URL may look like before a name is looked up, and where a redirect leads. Hosts are taken
// by curl's own parser, so that what is checked is what is called. No network.
#pragma once

#include "runtime/base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace::http {

struct CheckedUrl {
  std::string url;  ///< as curl spells it, without fragment
  std::string scheme;
  std::string host;
  std::uint16_t port = 0;

  bool same_origin(const CheckedUrl& other) const {
    return scheme == other.scheme && host == other.host && port == other.port;
  }
};

/// Error egress_refused, naming the rule: `url-bytes` (blank, control, backslash, not ASCII),
/// `url-scheme` (not http or https), `url-userinfo`, `url-malformed`.
Result<CheckedUrl> check_url(std::string_view url);
/// `location` as seen from `base`, checked like any URL.
Result<CheckedUrl> resolve(const CheckedUrl& base, std::string_view location);

/// `refused by egress rule RULE: WHAT`.
Error egress_refused(std::string_view rule, std::string_view what);

}  // namespace millrace::http
