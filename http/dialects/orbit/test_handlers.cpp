// Flows: the dry run of a version. Reads and computes on the archive's thread; changes nothing.
#include "http/dialects/json_writer.hpp"
#include "http/dialects/orbit/answers.hpp"
#include "http/dialects/orbit/handlers.hpp"
#include "http/dialects/orbit/lookup.hpp"
#include "http/dialects/orbit/once.hpp"
#include "http/dialects/orbit/test_requests.hpp"
#include "runtime/base/dry_run_limits.hpp"
#include "runtime/engine/intake.hpp"

namespace millrace::http::orbit {
namespace {

OrbitResult<StoredFlowVersion> version_of(const Services& services, const Matched& matched,
                                          FlowId id, std::optional<std::uint32_t> number) {
  auto found = find_flow(services, matched, id);
  if (!found) return found.error();
  if (!number || *number == found->flow.version) return std::move(found->newest);
  auto version = services.archive->version(id, *number);
  if (!version) return no_such_version();
  return std::move(*version);
}

/// What the clock would say, where the caller says nothing of a schedule's fire.
std::string payload_text(const TestWish& wish, TriggerType type, Timestamp now) {
  if (!wish.input.empty()) return wish.input;
  if (type != TriggerType::schedule) return "{}";
  JsonWriter json;
  json.open_object().key("scheduled_at").time(now).key("fired_at").time(now);
  return json.key("missed_count").raw("0").close_object().take();
}

/// What the trigger's own options say against the payload: errors as its sender would get them.
void check_payload(const Program& program, const Json& payload, const Json* env,
                   Problems& problems) {
  const Intake* intake = program.intake.get();
  if (intake == nullptr) return;
  if (intake->schema) {
    const bool hook = program.trigger.type == TriggerType::webhook;
    const Json* body = hook ? find_member(payload, "body") : &payload;
    const Json nothing;
    for (auto& problem : check(*intake->schema, body != nullptr ? *body : nothing,
                               hook ? "$.input.body" : "$.input")) {
      problems.errors.push_back(std::move(problem));
    }
  }
  const auto passed = passes_filter(*intake, {payload, env});
  if (!passed) {
    problems.warn("$.input", "FILTER_FAILED", passed.error().message);
  } else if (!*passed) {
    problems.warn("$.input", "FILTERED", "The trigger's filter would not let this start a run.");
  }
  if (const auto key = dedupe_key_of(*intake, {payload, env}); !key) {
    problems.warn("$.input", "DEDUPE_KEY_FAILED", key.error().message);
  }
}

OrbitError limit_passed(const Error& error) {
  JsonWriter details;
  details.open_object().key("limit").text(error.path).close_object();
  return {422, "TEST_LIMIT_EXCEEDED", error.message, details.take()};
}

OrbitResult<DryRunWish> wish_of(const Services& services, const Matched& matched,
                                const ProgramPtr& program, const TestWish& wish,
                                Problems& problems) {
  const Timestamp now = matched.request.received;
  const TriggerType type = program->trigger.type;
  auto payload = parse_document(payload_text(wish, type, now));
  if (!payload) return from_error({ErrorCode::invalid_json, payload.error().message});
  check_payload(*program, (*payload)->root, services.env.get(), problems);
  DryRunWish dry;
  dry.pins = read_pins(*program, wish.pinned, problems);
  dry.trigger.workspace = matched.key->workspace;
  dry.trigger.program = program;
  dry.trigger.type = type;
  dry.trigger.channel = std::string(string_member((*payload)->root, "channel"));
  dry.trigger.payload = std::move(*payload);
  dry.trigger.execution = ExecutionId{services.ids->next(Partition{0})};
  dry.now = now;
  dry.env = services.env;
  if (services.redaction) dry.redaction = services.redaction;
  dry.out_of_time = [&clock = *services.clock,
                     end = services.clock->monotonic() + Duration{limits::dry_run_time_max}] {
    return clock.monotonic() > end;
  };
  return dry;
}

Response test_answer(const Services& services, const Matched& matched, FlowId id,
                     const TestWish& wish) {
  const Request& request = matched.request;
  const auto version = version_of(services, matched, id, wish.version);
  if (!version) return render(request, version.error());
  CompiledFlow compiled = compiled_version(*version);
  if (!compiled.program) return render(request, not_publishable(compiled.problems));
  auto dry = wish_of(services, matched, compiled.program, wish, compiled.problems);
  if (!dry) return render(request, dry.error());
  if (!compiled.problems.errors.empty()) {
    return render(request, {422, "VALIDATION_ERROR", "input or pinned cannot be used",
                            problem_details(compiled.problems)});
  }
  const ExecutionId execution = dry->trigger.execution;
  auto run = dry_run(std::move(*dry));
  if (!run) return render(request, limit_passed(run.error()));
  auto& warnings = run->warnings;
  warnings.insert(warnings.begin(), compiled.problems.warnings.begin(),
                  compiled.problems.warnings.end());
  Response response;
  response.body = dry_run_answer(*compiled.program, execution, *run,
                                 request.header("x-orbit-compat") == "2026-03", meta_of(request));
  if (services.redaction && services.redaction->has_secrets())
    response.body = services.redaction->redacted(response.body);
  return response;
}

}  // namespace

void test_flow(const Services& services, const MatchedPtr& matched, Respond respond) {
  once(services, matched, 200, std::move(respond), [&services, matched](Respond told) {
    const auto id = flow_in_path(*matched);
    if (!id) return told(render(matched->request, no_such_flow()));
    auto wish = read_test(matched->request.body);
    if (!wish) return told(render(matched->request, wish.error()));
    services.read(
        matched,
        [&services, matched, id, wish = std::move(*wish)] {
          return test_answer(services, *matched, *id, wish);
        },
        std::move(told));
  });
}

}  // namespace millrace::http::orbit
