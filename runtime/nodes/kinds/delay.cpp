// delay: waits until an instant. The engine keeps the timer; nothing is held meanwhile.
#include "runtime/flow/fields.hpp"
#include "runtime/nodes/kinds/kinds.hpp"
#include "runtime/nodes/node_reader.hpp"

#include <array>
#include <cmath>

namespace millrace::kinds {
namespace {

enum class Way : std::uint8_t { duration, seconds, until };
struct NamedWay {
  Way way;
  std::string_view field;
};
constexpr std::array ways{NamedWay{Way::duration, "duration"}, NamedWay{Way::seconds, "seconds"},
                          NamedWay{Way::until, "until"}};
/// The same bound that parse_iso8601_duration() has.
constexpr Duration wait_max = std::chrono::hours(24 * 365 * 10);
constexpr std::string_view too_long = "A delay is at most 10 years.";

std::string_view field_of(Way way) {
  for (const NamedWay& named : ways) {
    if (named.way == way) return named.field;
  }
  return {};
}

Result<Timestamp> after(Timestamp now, double seconds, Way way) {
  const double limit = std::chrono::duration<double>(wait_max).count();
  if (!(seconds >= 0.0)) {
    return Error{ErrorCode::validation, "A delay cannot be negative.", std::string(field_of(way))};
  }
  if (seconds > limit) {
    return Error{ErrorCode::validation, std::string(too_long), std::string(field_of(way))};
  }
  return now + Duration(std::llround(seconds * 1000.0));
}

Result<Timestamp> instant(Way way, const Json& value, Timestamp now) {
  const auto refuse = [way](std::string_view message) {
    return Error{ErrorCode::validation, std::string(message), std::string(field_of(way))};
  };
  switch (way) {
    case Way::seconds:
      if (!value.is_number()) return refuse("Must be a number of seconds.");
      return after(now, value.to_number<double>(), way);
    case Way::duration: {
      const auto length = value.is_string() ? parse_iso8601_duration(value.get_string())
                                            : std::optional<Duration>();
      if (!length) return refuse("Must be an ISO 8601 duration such as PT15M.");
      return now + *length;
    }
    case Way::until: {
      const auto until =
          value.is_string() ? parse_rfc3339(value.get_string()) : std::optional<Timestamp>();
      if (!until) return refuse("Must be a time such as 2026-05-09T10:14:22Z.");
      if (*until - now > wait_max) return refuse(too_long);
      return *until;
    }
  }
  return refuse("Must say how long.");
}

class CompiledDelay final : public CompiledNode {
 public:
  CompiledDelay(Way way, std::optional<expr::Template> value)
      : way_(way), value_(std::move(value)) {}

  Decision run(const NodeContext& context) const override {
    const Result<Json> value = evaluate(value_, context);
    if (value.has_error()) return to_node_error(value.error());
    const Result<Timestamp> until = instant(way_, *value, context.now);
    if (until.has_error()) return to_node_error(until.error());
    if (*until <= context.now) return over(context.now);
    return Sleep{*until};
  }

  Decision wake(const NodeContext& context) const override { return over(context.now); }

 private:
  static Finish over(Timestamp now) {
    Finish finish;
    finish.output = JsonObject{{"waited_until", to_rfc3339(now)}};
    return finish;
  }

  Way way_;
  std::optional<expr::Template> value_;
};

class DelayKind final : public NodeKind {
 public:
  const KindSpec& spec() const override {
    static const KindSpec spec{
        .name = "delay",
        .aliases = {"wait"},
        .about = "Waits; exactly one of duration, seconds, until says how long.",
        .fields = {{.name = "duration",
                    .type = FieldType::duration,
                    .about = "ISO 8601 without years and months, such as P1DT2H"},
                   {.name = "seconds", .type = FieldType::number, .about = "a number of seconds"},
                   {.name = "until",
                    .type = FieldType::string,
                    .about = "an RFC 3339 time; one that is past waits not at all"}},
        .suspends = true,
        .not_built = {{"window", "compute the time and use until"}}};
    return spec;
  }

  std::unique_ptr<const CompiledNode> compile(const NodeDefinition& node,
                                              Problems& problems) const override {
    NodeReader reader(spec(), node, problems);
    std::optional<Way> way;
    for (const NamedWay& named : ways) {
      if (!reader.has(named.field)) continue;
      if (way)
        reader.error(named.field, "INVALID_VALUE", "Give only one of duration, seconds, until.");
      way = named.way;
    }
    if (!way) {
      if (!reader.has("window"))
        report_missing(reader.path("duration"), "duration, seconds or until", problems);
      return nullptr;
    }
    std::optional<expr::Template> value = reader.expression(field_of(*way));
    if (reader.ok() && value && value->is_constant()) check_constant(*way, reader);
    if (!reader.ok()) return nullptr;
    return std::make_unique<CompiledDelay>(*way, std::move(value));
  }

 private:
  static void check_constant(Way way, NodeReader& reader) {
    // An instant far from now is judged when the node runs: `now` is not known here.
    const Json& value = *reader.value(field_of(way));
    const auto written = value.is_string() ? parse_rfc3339(value.get_string()) : std::nullopt;
    const Result<Timestamp> until = instant(way, value, written.value_or(Timestamp{}));
    if (until.has_error()) reader.error(field_of(way), "INVALID_VALUE", until.error().message);
  }
};

}  // namespace

const NodeKind& delay() {
  static const DelayKind kind;
  return kind;
}

}  // namespace millrace::kinds
