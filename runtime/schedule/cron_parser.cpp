// From the text of an expression to its sets; every refusal names the field and a way out.
#include "runtime/schedule/cron.hpp"

#include <array>
#include <charconv>
#include <string>
#include <vector>

namespace millrace {
namespace {

constexpr std::array month_names{"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                 "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::array weekday_names{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

struct Alias {
  std::string_view name;
  std::string_view fields;
};
constexpr std::array aliases{
    Alias{"@yearly", "0 0 1 1 *"}, Alias{"@annually", "0 0 1 1 *"}, Alias{"@monthly", "0 0 1 * *"},
    Alias{"@weekly", "0 0 * * 0"}, Alias{"@daily", "0 0 * * *"},    Alias{"@midnight", "0 0 * * *"},
    Alias{"@hourly", "0 * * * *"},
};

enum class Names : std::uint8_t { none, months, weekdays };
struct Field {
  std::string_view name;
  int min = 0;
  int max = 0;
  Names names = Names::none;
  bool question_mark = false;
};
constexpr Field seconds_field{"seconds", 0, 59};
constexpr Field minutes_field{"minutes", 0, 59};
constexpr Field hours_field{"hours", 0, 23};
constexpr Field days_field{"day of the month", 1, 31, Names::none, true};
constexpr Field months_field{"month", 1, 12, Names::months};
constexpr Field weekdays_field{"day of the week", 0, 7, Names::weekdays, true};
constexpr Field years_field{"year", Cron::year_first, Cron::year_last};

struct Steps {
  int from = 0;
  int to = 0;
  int step = 1;
};

Error refusal(const Field& field, std::string_view text, std::string_view instead) {
  return {ErrorCode::validation, "the " + std::string(field.name) + " field has '" +
                                     std::string(text) + "': " + std::string(instead)};
}

std::string range_of(const Field& field) {
  std::string text = std::to_string(field.min) + " to " + std::to_string(field.max);
  if (field.names == Names::months) text += " or JAN to DEC";
  if (field.names == Names::weekdays) text += " (0 and 7 are Sunday) or SUN to SAT";
  return text;
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find_first_of(separators, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::optional<int> read_number(std::string_view text) {
  int number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool digits = !text.empty() && text.front() != '-';
  if (!digits || failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

template <std::size_t count>
std::optional<int> find_name(const std::array<const char*, count>& names, std::string_view text) {
  std::string upper(text);
  for (char& letter : upper)
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  for (std::size_t at = 0; at < count; ++at)
    if (upper == names[at]) return static_cast<int>(at);
  return std::nullopt;
}

Result<int> read_value(const Field& field, std::string_view text) {
  std::optional<int> value = read_number(text);
  if (!value && field.names == Names::weekdays) value = find_name(weekday_names, text);
  if (!value && field.names == Names::months) {
    value = find_name(month_names, text);
    if (value) ++*value;
  }
  if (value && *value >= field.min && *value <= field.max) return *value;
  if (!value && text.find_first_of("LW#?") != std::string_view::npos) {
    return refusal(field, text,
                   "the signs L, W, # and ? of other crons are not known here (? stands alone in a "
                   "day field); write numbers, and check the rest with a condition node");
  }
  return refusal(field, text, "write " + range_of(field));
}

/// One part between commas: `*`, `a`, `a-b`, each also with `/n`.
Result<Steps> read_part(const Field& field, std::string_view part) {
  const std::size_t slash = part.find('/');
  const std::string_view range = part.substr(0, slash);
  const std::size_t dash = range.find('-');
  Steps steps{field.min, field.max, 1};
  if (range != "*") {
    const auto from = read_value(field, range.substr(0, dash));
    if (!from) return from.error();
    steps.from = *from;
    if (dash != std::string_view::npos) {
      const auto to = read_value(field, range.substr(dash + 1));
      if (!to) return to.error();
      const bool until_sunday = field.names == Names::weekdays && *to == 0 && *from > 0;
      steps.to = until_sunday ? field.max : *to;
    } else if (slash == std::string_view::npos) {
      steps.to = steps.from;
    }
  }
  if (steps.from > steps.to) {
    return refusal(field, range,
                   "a range goes upwards; write two, such as 22-23,0-5 for 22-5 in hours");
  }
  if (slash == std::string_view::npos) return steps;
  const auto step = read_number(part.substr(slash + 1));
  if (!step || *step < 1 || *step > field.max) {
    return refusal(field, part,
                   "a step is /n with n from 1 to " + std::to_string(field.max) + ", such as */2");
  }
  steps.step = *step;
  return steps;
}

template <std::size_t size>
Result<void> read_field(const Field& field, std::string_view text, int first,
                        std::bitset<size>& bits) {
  if (field.question_mark && text == "?") text = "*";
  for (const std::string_view part : split(text, ",")) {
    const auto steps = read_part(field, part);
    if (!steps) return steps.error();
    for (int at = steps->from; at <= steps->to; at += steps->step)
      bits.set(static_cast<std::size_t>(at - first));
  }
  return {};
}

bool is_open(std::string_view field) { return field.starts_with('*') || field == "?"; }

Result<std::vector<std::string_view>> fields_of(std::string_view text) {
  std::vector<std::string_view> fields;
  for (const std::string_view part : split(text, " \t"))
    if (!part.empty()) fields.push_back(part);
  if (fields.size() == 1 && fields.front().starts_with('@')) {
    for (const Alias& alias : aliases)
      if (alias.name == fields.front()) return fields_of(alias.fields);
    return Error{ErrorCode::validation,
                 "'" + std::string(fields.front()) +
                     "' is not known; write @hourly, @daily, @weekly, @monthly or @yearly"};
  }
  if (fields.size() >= 5 && fields.size() <= 7) return fields;
  return Error{ErrorCode::validation,
               "has " + std::to_string(fields.size()) +
                   " fields; write five (minute, hour, day of the month, month, day of the week), "
                   "six (with seconds in front) or seven (with the year behind)"};
}

}  // namespace

class CronParser {
 public:
  static Result<Cron> parse(std::string_view text) {
    auto fields = fields_of(text);
    if (!fields) return fields.error();
    if (fields->size() == 5) fields->insert(fields->begin(), "0");
    if (fields->size() == 6) fields->push_back("*");
    const auto& field = *fields;
    Cron cron;
    Result<void> read = read_field(seconds_field, field[0], 0, cron.seconds_);
    if (read) read = read_field(minutes_field, field[1], 0, cron.minutes_);
    if (read) read = read_field(hours_field, field[2], 0, cron.hours_);
    if (read) read = read_field(days_field, field[3], 0, cron.days_);
    if (read) read = read_field(months_field, field[4], 0, cron.months_);
    if (read) read = read_field(weekdays_field, field[5], 0, cron.weekdays_);
    if (read) read = read_field(years_field, field[6], Cron::year_first, cron.years_);
    if (!read) return read.error();
    if (cron.weekdays_[7]) cron.weekdays_.set(0);
    cron.any_day_ = is_open(field[3]);
    cron.any_weekday_ = is_open(field[5]);
    cron.fixed_time_ = !is_open(field[0]) && !is_open(field[1]) && !is_open(field[2]);
    return cron;
  }
};

Result<Cron> Cron::parse(std::string_view text) { return CronParser::parse(text); }

}  // namespace millrace
