// Submitting several, gathering what became of them.
#include "http/ingress/begin_all.hpp"

#include "http/dialects/json_writer.hpp"
#include "http/dialects/orbit/answers.hpp"
#include "http/dialects/orbit/envelope.hpp"
#include "http/dialects/orbit/errors.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace millrace::http {
namespace {

/// Gathers the outcomes of one call. Lives on the I/O thread; ends with the last reply.
class Gathering {
 public:
  Gathering(MatchedPtr matched, Respond respond, std::size_t count)
      : matched_(std::move(matched)),
        respond_(std::move(respond)),
        outcomes_(count),
        missing_(count) {}

  void take(std::size_t index, const Result<TriggerOutcome>& outcome) {
    if (outcome) {
      outcomes_[index] = *outcome;
    } else if (!error_) {
      error_ = outcome.error();
    }
    if (--missing_ > 0) return;
    respond_(error_ ? orbit::render_error(matched_->request, *error_)
                    : begun_answer(outcomes_, matched_->request));
  }

 private:
  MatchedPtr matched_;
  Respond respond_;
  std::vector<TriggerOutcome> outcomes_;
  std::size_t missing_;
  std::optional<Error> error_;
};

}  // namespace

void begin_all(const Services& services, const MatchedPtr& matched, std::vector<Start> starts,
               Respond respond) {
  if (starts.empty()) return respond(begun_answer({}, matched->request));
  auto gathering = std::make_shared<Gathering>(matched, std::move(respond), starts.size());
  for (std::size_t i = 0; i < starts.size(); ++i) {
    auto told = [gathering, i](const Result<TriggerOutcome>& outcome) {
      gathering->take(i, outcome);
    };
    const auto refused =
        services.gateway->submit(std::move(starts[i].trigger), std::move(starts[i].key),
                                 ResponseMode::immediate, {services.sink, std::move(told)});
    if (refused) gathering->take(i, *refused);
  }
}

Response begun_answer(const std::vector<TriggerOutcome>& outcomes, const Request& request) {
  const bool repeated =
      !outcomes.empty() && std::all_of(outcomes.begin(), outcomes.end(),
                                       [](const auto& outcome) { return outcome.duplicate; });
  JsonWriter json;
  json.open_object().key("data").open_object().key("execution_ids").open_array();
  for (const auto& outcome : outcomes) json.text(orbit::spell(outcome.execution));
  json.close_array().close_object();
  Response response;
  response.status = 202;
  response.body = orbit::close_with_meta(
      json, repeated ? memo_of(outcomes.front(), request).meta : meta_of(request));
  if (repeated) mark_replayed(response);
  return response;
}

}  // namespace millrace::http
