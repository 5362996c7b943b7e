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
        debounced_(count),
        missing_(count) {}

  void take(std::size_t index, const Result<TriggerOutcome>& outcome) {
    if (!outcome) return fail(outcome.error());
    outcomes_[index] = *outcome;
    one_is_told();
  }
  void take(std::size_t index, FlowId flow, const Result<ChangeOutcome>& outcome) {
    if (!outcome) return fail(outcome.error());
    debounced_[index] =
        Debounced{flow, outcome->debounced, outcome->replayed, outcome->stored_answer};
    one_is_told();
  }
  void fail(const Error& error) {
    if (!error_) error_ = error;
    one_is_told();
  }

 private:
  void one_is_told() {
    if (--missing_ > 0) return;
    if (error_) return respond_(orbit::render_error(matched_->request, *error_));
    respond_(begun_answer(in_order(outcomes_), matched_->request, in_order(debounced_)));
  }

  template <class Told>
  static std::vector<Told> in_order(std::vector<std::optional<Told>>& told) {
    std::vector<Told> all;
    for (auto& one : told)
      if (one) all.push_back(std::move(*one));
    return all;
  }

  MatchedPtr matched_;
  Respond respond_;
  std::vector<std::optional<TriggerOutcome>> outcomes_;
  std::vector<std::optional<Debounced>> debounced_;
  std::size_t missing_;
  std::optional<Error> error_;
};

CatalogChange to_change(const Start& start, const Request& request) {
  DebounceEvent event;
  event.workspace = start.trigger.workspace;
  event.flow = start.trigger.program->flow;
  event.contact = start.trigger.contact;
  event.payload = start.trigger.payload->text;
  event.at = request.received;
  event.pause = *start.debounce;
  event.expires = request.received + limits::idempotency_window;
  if (start.key) {
    event.name = start.key->key;
    event.fingerprint = start.key->fingerprint;
    event.memo = start.key->memo;
  }
  return {std::move(event), std::nullopt};
}

void put_on_record(const Services& services, const std::shared_ptr<Gathering>& gathering,
                   std::size_t index, const Start& start, const Request& request) {
  auto told = [gathering, index, flow = start.trigger.program->flow](
                  const Result<ChangeOutcome>& outcome) { gathering->take(index, flow, outcome); };
  const auto refused =
      services.gateway->change(to_change(start, request), {services.sink, std::move(told)});
  if (refused) gathering->fail(*refused);
}

void write_debounced(JsonWriter& json, const std::vector<Debounced>& debounced) {
  json.key("debounced").open_array();
  for (const auto& one : debounced) {
    json.open_object().key("flow_id").text(orbit::spell(one.flow));
    json.key("starts_at").time(one.window ? std::optional(one.window->due) : std::nullopt);
    json.key("events");
    one.window ? json.number(one.window->events) : json.null();
    json.close_object();
  }
  json.close_array();
}

}  // namespace

void begin_all(const Services& services, const MatchedPtr& matched, std::vector<Start> starts,
               Respond respond) {
  if (starts.empty()) return respond(begun_answer({}, matched->request));
  auto gathering = std::make_shared<Gathering>(matched, std::move(respond), starts.size());
  for (std::size_t i = 0; i < starts.size(); ++i) {
    if (starts[i].debounce) {
      put_on_record(services, gathering, i, starts[i], matched->request);
      continue;
    }
    auto told = [gathering, i](const Result<TriggerOutcome>& outcome) {
      gathering->take(i, outcome);
    };
    const auto refused =
        services.gateway->submit(std::move(starts[i].trigger), std::move(starts[i].key),
                                 ResponseMode::immediate, {services.sink, std::move(told)});
    if (refused) gathering->fail(*refused);
  }
}

Response begun_answer(const std::vector<TriggerOutcome>& outcomes, const Request& request,
                      const std::vector<Debounced>& debounced) {
  const bool repeated =
      outcomes.size() + debounced.size() > 0 &&
      std::all_of(outcomes.begin(), outcomes.end(),
                  [](const auto& outcome) { return outcome.duplicate; }) &&
      std::all_of(debounced.begin(), debounced.end(), [](const auto& one) { return one.repeated; });
  JsonWriter json;
  json.open_object().key("data").open_object().key("execution_ids").open_array();
  for (const auto& outcome : outcomes) json.text(orbit::spell(outcome.execution));
  json.close_array();
  if (!debounced.empty()) write_debounced(json, debounced);
  json.close_object();
  AnswerMeta meta = meta_of(request);
  if (repeated && !outcomes.empty()) meta = memo_of(outcomes.front(), request).meta;
  if (repeated && outcomes.empty()) meta = read_memo(debounced.front().memo).meta;
  Response response;
  response.status = 202;
  response.body = orbit::close_with_meta(json, meta);
  if (repeated) mark_replayed(response);
  return response;
}

}  // namespace millrace::http
