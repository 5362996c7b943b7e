// What can go wrong, as a value. Every failure in the house is an Error with one code of this enum;
// each library's own errors are translated to it in one file of the room that includes the library.
#pragma once

#include <boost/system/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace millrace {

/// Protocol-neutral. `http/status` maps each to an HTTP status once; dialects map it to their code.
enum class ErrorCode : std::uint8_t {
  invalid_json,   ///< not JSON, or a value JSON text may not hold (bad UTF-8, too large a number)
  too_large,      ///< a byte, item or depth limit of limits.hpp was passed
  validation,     ///< well-formed, but not what the contract says; `path` names the place
  expression,     ///< an expression does not parse, or failed or overspent while evaluating
  configuration,  ///< the operator's settings do not allow or do not have what is asked
  not_found,      ///< missing, foreign, or malformed id: told alike on purpose
  method_not_allowed,    ///< the path is there, but not for this method
  not_published,         ///< the flow has no published version
  version_conflict,      ///< optimistic version check failed; message carries expected and current
  unauthorized,          ///< no key, or not a key of ours
  forbidden,             ///< the key is good, its scopes or its dialect are not
  invalid_cursor,        ///< not a cursor of ours, or of another filter
  idempotency_mismatch,  ///< same key, other request
  idempotency_pending,   ///< same key, the first answer did not come before the deadline
  rate_limited,          ///< a key's own limit; Retry-After applies
  busy,                  ///< the gate is full: nothing was accepted; Retry-After applies
  unavailable,           ///< starting, draining, or the disk cannot be written; Retry-After applies
  timeout,               ///< a deadline passed
  cancelled,             ///< given up on purpose
  egress_refused,        ///< the egress guard refused an address, port, scheme or redirect
  communication,         ///< a peer could not be reached or broke the protocol
  storage,               ///< the store failed to read or write
  corrupt,               ///< bytes on disk are not what we wrote
  internal,              ///< a belief of ours was wrong
};

/// The code's name as written above; stable, used in logs.
std::string_view to_string(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;  ///< for a person: what was wrong and what to do, without secrets
  std::string
      path{};  ///< JSON path of the place in the caller's input (`$.nodes[2].data.url`), or empty
};

template <class T>
using Result = boost::system::result<T, Error>;

/// Used by Result::value() on an error; only where a caller believes there is none.
[[noreturn]] void throw_exception_from_error(const Error& error,
                                             const boost::source_location& where);

}  // namespace millrace
