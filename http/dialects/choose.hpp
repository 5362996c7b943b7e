// Which dialect speaks for a request that no row answers. Source: contracts «Choosing the dialect».
#pragma once

#include "http/router.hpp"

namespace millrace::http {

/// By path of Sarufi, then mount prefix, then form of the key, then the header that carries it;
/// else native. Only Orbit and native have a voice yet: any other dialect's requests get the native
/// one.
Dialect choose_dialect(const Request& request);

/// The router's fallback: renders in the voice of choose_dialect.
Response render_in_chosen_dialect(const Request& request, const Error& error, int status);

}  // namespace millrace::http
