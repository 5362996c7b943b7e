// The rows of the ingress.
#include "http/ingress/ingress.hpp"

#include "http/dialects/choose.hpp"
#include "http/dialects/orbit/routes.hpp"
#include "http/ingress/event.hpp"
#include "http/ingress/hook.hpp"
#include "http/ingress/message.hpp"

#include <array>

namespace millrace::http {
namespace {

constexpr std::array<std::string_view, 7> methods{"GET",   "HEAD",   "POST",   "PUT",
                                                  "PATCH", "DELETE", "OPTIONS"};

}  // namespace

void add_ingress(Router& router, const Services& services) {
  for (const auto method : methods) {
    Route hook;
    hook.method = method;
    hook.pattern = "/hooks/{flow}/{path...}";
    hook.access = OpenAccess{};
    hook.handler = [&services](MatchedPtr matched, Respond respond) {
      take_hook(services, matched, std::move(respond));
    };
    hook.render_error = render_in_chosen_dialect;
    hook.body_bytes_max = limits::hook_body_bytes_max;
    router.add(std::move(hook));
  }
  add_row(router, orbit::rows(), "POST", "/messages/inbound", KeyAccess{Scope::executions_run},
          [&services](MatchedPtr matched, Respond respond) {
            take_message(services, matched, std::move(respond));
          });
  add_row(router, orbit::rows(), "POST", "/events", KeyAccess{Scope::executions_run},
          [&services](MatchedPtr matched, Respond respond) {
            take_events(services, matched, std::move(respond));
          });
}

}  // namespace millrace::http
