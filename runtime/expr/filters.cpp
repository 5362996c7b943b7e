// Filters, a function each.
#include "runtime/expr/filters.hpp"

#include "runtime/base/utf8.hpp"
#include "runtime/expr/letter_case.hpp"
#include "runtime/expr/template.hpp"
#include "runtime/expr/values.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace millrace::expr {
namespace {

constexpr FilterRule rules[] = {
    {"default", FilterKind::default_value, FilterArgument::required},
    {"upper", FilterKind::upper, FilterArgument::none},
    {"lower", FilterKind::lower, FilterArgument::none},
    {"trim", FilterKind::trim, FilterArgument::none},
    {"length", FilterKind::length, FilterArgument::none},
    {"join", FilterKind::join, FilterArgument::optional},
    {"split", FilterKind::split, FilterArgument::optional},
    {"first", FilterKind::first, FilterArgument::none},
    {"last", FilterKind::last, FilterArgument::none},
    {"round", FilterKind::round, FilterArgument::optional},
    {"json", FilterKind::json, FilterArgument::none},
    {"date", FilterKind::date, FilterArgument::optional},
};
constexpr std::int64_t round_digits_max = 15;

std::string_view name_of(FilterKind kind) {
  return std::find_if(std::begin(rules), std::end(rules),
                      [&](const FilterRule& rule) { return rule.kind == kind; })
      ->name;
}

/// One filter at work on one input.
class Application {
 public:
  Application(FilterKind kind, const Json& input, const Json* argument, Json& out, Meter& meter)
      : kind_(kind), input_(input), argument_(argument), out_(out), meter_(meter) {}

  const Json* run() {
    switch (kind_) {
      case FilterKind::default_value:
        return default_value();
      case FilterKind::upper:
      case FilterKind::lower:
      case FilterKind::trim:
        return text_filter();
      case FilterKind::length:
        return length();
      case FilterKind::join:
        return join();
      case FilterKind::split:
        return split();
      case FilterKind::first:
        return end_item(true);
      case FilterKind::last:
        return end_item(false);
      case FilterKind::round:
        return round();
      case FilterKind::json:
        return json();
      case FilterKind::date:
        return date();
    }
    return nullptr;
  }

 private:
  const Json* refuse(const std::string& expected) {
    meter_.fail("filter '" + std::string(name_of(kind_)) + "' expects " + expected + ", not " +
                std::string(type_name(input_)));
    return nullptr;
  }

  const Json* refuse_argument(const std::string& expected) {
    meter_.fail("filter '" + std::string(name_of(kind_)) + "' expects " + expected +
                " as its argument");
    return nullptr;
  }

  const Json* done(std::string_view text) {
    if (!meter_.make(text.size())) return nullptr;
    out_.emplace_string() = text;
    return &out_;
  }

  const Json* default_value() {
    const bool empty = input_.is_null() || (input_.is_string() && input_.get_string().empty());
    return empty ? argument_ : &input_;
  }

  const Json* text_filter() {
    if (input_.is_null()) return &input_;
    if (input_.is_structured()) return refuse("text");
    const std::string text = to_text(input_);
    if (kind_ == FilterKind::upper) return done(in_case(text, LetterCase::upper));
    if (kind_ == FilterKind::lower) return done(in_case(text, LetterCase::lower));
    constexpr std::string_view blanks = " \t\r\n\f\v";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string::npos) return done({});
    const std::size_t last = text.find_last_not_of(blanks);
    return done(std::string_view(text).substr(first, last - first + 1));
  }

  const Json* length() {
    std::size_t count = 0;
    if (const auto* text = input_.if_string()) {
      if (!meter_.spend(0, text->size())) return nullptr;
      count = utf8_count(*text);
    } else if (const JsonArray* array = input_.if_array()) {
      count = array->size();
    } else if (const JsonObject* object = input_.if_object()) {
      count = object->size();
    } else if (!input_.is_null()) {
      return refuse("text, a list or an object");
    }
    out_ = static_cast<std::int64_t>(count);
    return &out_;
  }

  /// The argument as text, or `otherwise`; nothing after an error.
  std::optional<std::string_view> separator(std::string_view otherwise) {
    if (argument_ == nullptr) return otherwise;
    if (const auto* text = argument_->if_string()) return std::string_view(*text);
    refuse_argument("text");
    return std::nullopt;
  }

  const Json* join() {
    const auto between = separator(", ");
    if (!between) return nullptr;
    if (input_.is_null()) return &input_;
    const JsonArray* array = input_.if_array();
    if (array == nullptr) return refuse("a list");
    auto& text = out_.emplace_string();
    for (const Json& item : *array) {
      const std::size_t before = text.size();
      if (&item != array->begin()) text.append(*between);
      append_text(text, item);
      if (!meter_.spend(1, 0) || !meter_.make(text.size() - before)) return nullptr;
    }
    return &out_;
  }

  const Json* split() {
    const auto between = separator(",");
    if (!between) return nullptr;
    if (input_.is_null()) return &input_;
    if (input_.is_structured()) return refuse("text");
    const std::string text = to_text(input_);
    JsonArray& parts = out_.emplace_array();
    std::string_view rest = text;
    bool more = !(between->empty() && rest.empty());
    while (more) {
      std::size_t end = rest.find(*between);
      std::size_t next = end == std::string_view::npos ? rest.size() : end + between->size();
      more = end != std::string_view::npos;
      if (between->empty()) {
        end = next = std::max<std::size_t>(1, utf8_length(rest));
        more = next < rest.size();
      }
      const std::string_view part = rest.substr(0, end);
      if (parts.size() >= limits::json_items_per_array_max) {
        meter_.fail("filter 'split' makes more than " +
                    std::to_string(limits::json_items_per_array_max) + " items");
        return nullptr;
      }
      if (!meter_.make(part.size() + sizeof(Json)) || !meter_.spend(1, 0)) return nullptr;
      parts.emplace_back(part);
      rest.remove_prefix(next);
    }
    return &out_;
  }

  const Json* end_item(bool front) {
    if (input_.is_null()) return &input_;
    if (const JsonArray* array = input_.if_array()) {
      if (!array->empty()) return front ? &array->front() : &array->back();
      out_ = nullptr;
      return &out_;
    }
    if (!input_.is_string()) return refuse("a list or text");
    const std::string_view text = input_.get_string();
    if (front) return done(text.substr(0, utf8_length(text)));
    std::size_t start = text.empty() ? 0 : text.size() - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xc0) == 0x80) --start;
    return done(text.substr(start));
  }

  const Json* round() {
    std::int64_t digits = 0;
    if (argument_ != nullptr) {
      const std::int64_t* given = argument_->if_int64();
      if (given == nullptr || *given < 0 || *given > round_digits_max) {
        return refuse_argument("an integer from 0 to 15");
      }
      digits = *given;
    }
    if (input_.is_null()) return &input_;
    std::optional<Json> number;
    if (const auto* text = input_.if_string()) number = number_in(*text);
    if (input_.is_number()) number = input_;
    if (!number) return refuse("a number");
    out_ = *number;
    if (!out_.is_double()) return &out_;
    const double value = out_.get_double();
    const double scale = std::pow(10.0, static_cast<double>(digits));
    constexpr double exact_max =
        9007199254740992.0;  // 2^53: beyond it there are no digits to round
    if (std::abs(value) * scale < exact_max) out_ = std::round(value * scale) / scale;
    constexpr double integer_max = 9223372036854774784.0;  // the largest double below 2^63
    if (digits == 0 && std::abs(value) <= integer_max) {
      out_ = static_cast<std::int64_t>(out_.get_double());
    }
    return &out_;
  }

  const Json* json() {
    if (!pay_for_copy(input_, 0, meter_)) return nullptr;
    return done(print_json(input_));
  }

  const Json* date() {
    const auto format = separator("");
    if (!format) return nullptr;
    if (input_.is_null()) return &input_;
    std::optional<Timestamp> time;
    if (const auto* text = input_.if_string()) {
      time = parse_rfc3339(*text);
    } else if (const std::int64_t* number = input_.if_int64()) {
      constexpr std::int64_t year_1 = -62'135'596'800'000;
      constexpr std::int64_t year_10000 = 253'402'300'800'000;
      if (*number >= year_1 && *number < year_10000) time = Timestamp(Duration(*number));
    }
    if (!time) {
      meter_.fail("filter 'date' expects an RFC 3339 text or milliseconds since 1970");
      return nullptr;
    }
    if (format->empty()) return done(to_rfc3339(*time));
    const auto text = format_date(*time, *format);
    return text ? done(*text) : refuse_argument("a format of %Y %m %d %H %M %S and the like");
  }

  FilterKind kind_;
  const Json& input_;
  const Json* argument_;
  Json& out_;
  Meter& meter_;
};

}  // namespace

const FilterRule* find_filter(std::string_view name) {
  const auto* rule = std::find_if(std::begin(rules), std::end(rules),
                                  [&](const FilterRule& each) { return each.name == name; });
  return rule == std::end(rules) ? nullptr : rule;
}

std::string filter_names() {
  std::string names;
  for (const FilterRule& rule : rules) {
    names.append(names.empty() ? "" : ", ").append(rule.name);
  }
  return names;
}

const Json* apply_filter(FilterKind kind, const Json& input, const Json* argument, Json& out,
                         Meter& meter) {
  return Application(kind, input, argument, out, meter).run();
}

}  // namespace millrace::expr
