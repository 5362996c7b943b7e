// What happens to a call when its answer is a redirect. Pure.
#pragma once

#include "http/outbound/url_check.hpp"
#include "runtime/nodes/call.hpp"

namespace millrace::http {

struct Redirect {
  CheckedUrl url;
  HttpCall call;  ///< what is asked there
};

/// The next call, or nothing when `reply` is no redirect that can be followed. Error
/// egress_refused: `redirect-downgrade` (https to http), or what check_url() refuses. 303, and 301
/// and 302 after POST, become GET (RFC 9110 15.4). At another origin the headers that carry rights
/// are dropped: authorization, cookies, keys, signatures, tokens.
Result<std::optional<Redirect>> redirect_of(const HttpCall& call, const CheckedUrl& at,
                                            const CallReply& reply);

}  // namespace millrace::http
