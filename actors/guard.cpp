// The one place that catches what libraries throw inside an actor.
#include "actors/guard.hpp"

#include "runtime/base/log.hpp"

#include <caf/sec.hpp>

namespace millrace::actors {

Error error_of(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& caught) {
    return {ErrorCode::internal, caught.what()};
  } catch (...) {
    return {ErrorCode::internal, "an exception of unknown type"};
  }
}

void guard(caf::scheduled_actor* self, std::function<void(const Error&)> on_exception) {
  self->set_exception_handler(
      [on_exception = std::move(on_exception)](caf::scheduled_actor* actor,
                                               std::exception_ptr& exception) -> caf::error {
        const Error error = error_of(exception);
        log(LogLevel::error, "actor.exception",
            {{"actor", std::string_view(actor->name())}, {"message", error.message}});
        on_exception(error);
        return caf::sec::runtime_error;
      });
  self->set_default_handler(caf::drop);
  self->set_down_handler([](caf::scheduled_actor*, caf::down_msg&) {});
}

}  // namespace millrace::actors
