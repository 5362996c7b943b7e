// What Orbit answers share: their end, which is their meta, and how problems are listed.
#pragma once

#include "http/dialects/idempotency.hpp"
#include "http/dialects/json_writer.hpp"
#include "runtime/flow/problem.hpp"

namespace millrace::http::orbit {

inline JsonWriter& write_meta_members(JsonWriter& json, const AnswerMeta& meta) {
  json.key("request_id").text(meta.request_id);
  return json.key("timestamp").text(meta.timestamp);
}

inline void write_problems(JsonWriter& json, const std::vector<Problem>& problems) {
  json.open_array();
  for (const auto& problem : problems) {
    json.open_object().key("path").text(problem.path).key("code").text(problem.code);
    json.key("message").text(problem.message).close_object();
  }
  json.close_array();
}

/// Closes the object that was opened around `data`.
inline std::string close_with_meta(JsonWriter& json, const AnswerMeta& meta) {
  json.key("meta").open_object();
  return write_meta_members(json, meta).close_object().close_object().take();
}

/// As above, with both published forms of page info: `pagination` and `next_cursor`.
inline std::string close_with_page(JsonWriter& json, const AnswerMeta& meta,
                                   const std::string& cursor, bool has_more) {
  json.key("meta").open_object();
  write_meta_members(json, meta).key("pagination").open_object();
  json.key("cursor").text_or_null(cursor).key("has_more").boolean(has_more).close_object();
  return json.key("next_cursor").text_or_null(cursor).close_object().close_object().take();
}

}  // namespace millrace::http::orbit
