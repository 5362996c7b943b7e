// What a dialect is to the server: rows in the route table, and a voice for errors.
#pragma once

#include "http/router.hpp"
#include "http/services.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace millrace::http {

/// A dialect stands behind each of its bases (`/v1`, `/api/v1`, `/orbit/v1` …) with the same rows.
struct DialectRows {
  Dialect dialect = Dialect::native;
  std::vector<std::string> bases;
  RenderError render_error;
};

/// Adds a row once per base. `pattern` is relative to the base: `/flows/{id}`. `streams`: as
/// Route's.
void add_row(Router& router, const DialectRows& rows, std::string method, std::string_view pattern,
             Access access, Handler handler, bool streams = false);

/// Adds every row of every dialect that is built. `services` outlives the router.
void add_dialects(Router& router, const Services& services);

}  // namespace millrace::http
