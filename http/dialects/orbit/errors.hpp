// How Orbit speaks of errors: its envelope, its codes. Source: contracts «Orbit», error envelope
// and codes.
#pragma once

#include "http/message.hpp"
#include "runtime/base/error.hpp"

#include <string>
#include <string_view>

namespace millrace::http::orbit {

/// An error as an Orbit client sees it.
struct OrbitError {
  OrbitError() = default;
  /// No aggregate, so that no single value converts to an error and OrbitResult stays unambiguous.
  OrbitError(int status_, std::string code_, std::string message_, std::string details_ = "{}")
      : status(status_),
        code(std::move(code_)),
        message(std::move(message_)),
        details(std::move(details_)) {}

  int status = 500;
  std::string code = "INTERNAL_ERROR";
  std::string message;
  std::string details = "{}";  ///< text of a JSON object
};

template <class T>
using OrbitResult = boost::system::result<T, OrbitError>;

/// A required field that is not there: 422, details {field, value: null, expected}.
OrbitError missing_field(std::string_view field, std::string_view expected);
/// A field that is there and wrong: 422 (or `status`), details {field, value, expected}. `value` is
/// JSON text.
OrbitError wrong_field(std::string_view field, std::string_view value, std::string_view expected,
                       int status = 422);
/// A neutral error in Orbit's codes. `with_key`: the request carried a key (tells a bad key from
/// none).
OrbitError from_error(const Error& error, bool with_key = true);
/// The same under a status that is not its code's own.
OrbitError from_error(const Error& error, int status, bool with_key);

/// The envelope; RFC 9457 instead when the client asks for application/problem+json.
Response render(const Request& request, const OrbitError& error);
Response render_error(const Request& request, const Error& error);
/// The face that the router wants.
Response render_error_as(const Request& request, const Error& error, int status);

}  // namespace millrace::http::orbit
