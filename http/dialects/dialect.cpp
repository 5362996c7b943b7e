// The dialects that are built, side by side in one route table.
#include "http/dialects/dialect.hpp"

#include "http/dialects/orbit/routes.hpp"

namespace millrace::http {

void add_row(Router& router, const DialectRows& rows, std::string method, std::string_view pattern,
             Access access, Handler handler, bool streams) {
  for (const auto& base : rows.bases) {
    Route route;
    route.method = method;
    route.pattern = base + std::string(pattern);
    route.access = access;
    route.handler = handler;
    route.render_error = rows.render_error;
    route.dialect = rows.dialect;
    route.streams = streams;
    router.add(std::move(route));
  }
}

void add_dialects(Router& router, const Services& services) { orbit::add_routes(router, services); }

}  // namespace millrace::http
