// Compact JSON text written front to back. Answers are written straight to text, so that texts
// which are stored as JSON (definitions, outputs) go in as they are.
#pragma once

#include "runtime/base/json.hpp"
#include "runtime/base/time.hpp"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::http {

/// Commas are its own business; balance and keys are the caller's.
class JsonWriter {
 public:
  JsonWriter& open_object() { return open('{'); }
  JsonWriter& close_object() { return close('}'); }
  JsonWriter& open_array() { return open('['); }
  JsonWriter& close_array() { return close(']'); }
  JsonWriter& key(std::string_view name) {
    text(name);
    out_ += ':';
    comma_ = false;
    return *this;
  }
  JsonWriter& text(std::string_view value) {
    separate();
    append_json_string(out_, value);
    return *this;
  }
  JsonWriter& number(std::int64_t value) {
    separate();
    char digits[24];
    out_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
    return *this;
  }
  JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
  JsonWriter& null() { return raw("null"); }
  /// `json` is one valid JSON value; empty stands for null.
  JsonWriter& raw(std::string_view json) {
    separate();
    out_ += json.empty() ? std::string_view("null") : json;
    return *this;
  }
  JsonWriter& time(std::optional<Timestamp> value) {
    return value ? text(to_rfc3339(*value)) : null();
  }
  /// Null when empty.
  JsonWriter& text_or_null(std::string_view value) { return value.empty() ? null() : text(value); }

  std::string take() { return std::move(out_); }

 private:
  JsonWriter& open(char bracket) {
    separate();
    out_ += bracket;
    comma_ = false;
    return *this;
  }
  JsonWriter& close(char bracket) {
    out_ += bracket;
    comma_ = true;
    return *this;
  }
  void separate() {
    if (comma_) out_ += ',';
    comma_ = true;
  }

  std::string out_;
  bool comma_ = false;
};

}  // namespace millrace::http
