// RFC 3339 instants and ISO 8601 durations, without locale and without allocation on reading.
#include "runtime/base/time.hpp"

#include <cstdint>

namespace millrace {
namespace {

using namespace std::chrono;

/// Reads from the front of a text; every step says whether it found what it asked for.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  char front() const { return rest_.empty() ? '\0' : rest_.front(); }

  bool take(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// Between `digits_min` and `digits_max` digits.
  std::optional<std::int64_t> number(std::size_t digits_min, std::size_t digits_max) {
    std::int64_t value = 0;
    std::size_t count = 0;
    while (count < digits_max && is_digit()) {
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
      ++count;
    }
    if (count < digits_min) return std::nullopt;
    return value;
  }

  /// Digits after a decimal point as nanoseconds; what is finer is cut off.
  std::optional<std::int64_t> fraction() {
    if (!is_digit()) return std::nullopt;
    std::int64_t value = 0;
    std::int64_t unit = 100'000'000;
    for (; is_digit(); rest_.remove_prefix(1)) {
      value += (rest_.front() - '0') * unit;
      unit /= 10;
    }
    return value;
  }

 private:
  bool is_digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }

  std::string_view rest_;
};

std::optional<sys_days> read_date(Cursor& in) {
  const auto y = in.number(4, 4);
  if (!y || !in.take("-")) return std::nullopt;
  const auto m = in.number(2, 2);
  if (!m || !in.take("-")) return std::nullopt;
  const auto d = in.number(2, 2);
  if (!d) return std::nullopt;
  const year_month_day date(year(static_cast<int>(*y)), month(static_cast<unsigned>(*m)),
                            day(static_cast<unsigned>(*d)));
  if (*y < 1 || !date.ok()) return std::nullopt;
  return sys_days(date);
}

std::optional<milliseconds> read_clock(Cursor& in) {
  const auto h = in.number(2, 2);
  if (!h || *h > 23 || !in.take(":")) return std::nullopt;
  const auto m = in.number(2, 2);
  if (!m || *m > 59 || !in.take(":")) return std::nullopt;
  const auto s = in.number(2, 2);
  if (!s || *s > 60)
    return std::nullopt;  // 60 is a leap second; it becomes the next minute's first
  std::int64_t nanos = 0;
  if (in.take(".")) {
    const auto fraction = in.fraction();
    if (!fraction) return std::nullopt;
    nanos = *fraction;
  }
  return hours(*h) + minutes(*m) + seconds(*s) + milliseconds(nanos / 1'000'000);
}

std::optional<minutes> read_offset(Cursor& in) {
  if (in.take("Zz")) return minutes(0);
  const bool west = in.front() == '-';
  if (!in.take("+-")) return std::nullopt;
  const auto h = in.number(2, 2);
  if (!h || *h > 23 || !in.take(":")) return std::nullopt;
  const auto m = in.number(2, 2);
  if (!m || *m > 59) return std::nullopt;
  const auto offset = hours(*h) + minutes(*m);
  return west ? -offset : offset;
}

void append_digits(std::string& out, std::int64_t value, int width) {
  std::int64_t unit = 1;
  for (int i = 1; i < width; ++i) unit *= 10;
  for (; unit > 0; unit /= 10) out.push_back(static_cast<char>('0' + value / unit % 10));
}

struct Unit {
  char letter;
  bool after_t;
  milliseconds length;
};
constexpr Unit units[] = {{'W', false, weeks(1)},
                          {'D', false, days(1)},
                          {'H', true, hours(1)},
                          {'M', true, minutes(1)},
                          {'S', true, seconds(1)}};
constexpr milliseconds duration_max = days(3'652);

}  // namespace

std::string to_rfc3339(Timestamp time) {
  const auto day_start = floor<days>(time);
  const year_month_day date(day_start);
  const hh_mm_ss clock(time - day_start);
  std::string text;
  text.reserve(24);
  append_digits(text, static_cast<int>(date.year()), 4);
  text.push_back('-');
  append_digits(text, static_cast<unsigned>(date.month()), 2);
  text.push_back('-');
  append_digits(text, static_cast<unsigned>(date.day()), 2);
  text.push_back('T');
  append_digits(text, clock.hours().count(), 2);
  text.push_back(':');
  append_digits(text, clock.minutes().count(), 2);
  text.push_back(':');
  append_digits(text, clock.seconds().count(), 2);
  text.push_back('.');
  append_digits(text, clock.subseconds().count(), 3);
  text.push_back('Z');
  return text;
}

std::optional<Timestamp> parse_rfc3339(std::string_view text) {
  Cursor in(text);
  const auto date = read_date(in);
  if (!date || !in.take("Tt ")) return std::nullopt;
  const auto clock = read_clock(in);
  if (!clock) return std::nullopt;
  const auto offset = read_offset(in);
  if (!offset || !in.done()) return std::nullopt;
  const Timestamp time = *date + *clock - *offset;
  const auto y = static_cast<int>(year_month_day(floor<days>(time)).year());
  if (y < 1 || y > 9999) return std::nullopt;
  return time;
}

std::optional<Duration> parse_iso8601_duration(std::string_view text) {
  Cursor in(text);
  if (!in.take("P") || in.done()) return std::nullopt;
  milliseconds total(0);
  bool after_t = false;
  bool fraction_seen = false;
  std::size_t unit_next = 0;
  while (!in.done()) {
    if (!after_t && in.take("T")) {
      after_t = true;
      if (in.done()) return std::nullopt;
    }
    const auto whole = in.number(1, 10);
    if (!whole || fraction_seen) return std::nullopt;
    std::int64_t nanos = 0;
    if (in.take(".,")) {
      const auto fraction = in.fraction();
      if (!fraction) return std::nullopt;
      nanos = *fraction;
      fraction_seen = true;
    }
    while (unit_next < std::size(units) &&
           (units[unit_next].letter != in.front() || units[unit_next].after_t != after_t)) {
      ++unit_next;
    }
    if (unit_next == std::size(units)) return std::nullopt;
    const auto length = units[unit_next++].length;
    in.take("WDHMS");
    if (*whole > duration_max / length) return std::nullopt;
    total += *whole * length + milliseconds(nanos / 1'000 * length.count() / 1'000'000);
    if (total > duration_max) return std::nullopt;
  }
  return total;
}

}  // namespace millrace
