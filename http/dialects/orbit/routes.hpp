// Orbit's rows in the route table.
#pragma once

#include "http/dialects/dialect.hpp"

namespace millrace::http::orbit {

/// Where Orbit stands: `/v1` and `/api/v1`, each also behind `/orbit`.
DialectRows rows();

void add_routes(Router& router, const Services& services);

}  // namespace millrace::http::orbit
