// The end of every Orbit answer: its meta.
#pragma once

#include "http/dialects/idempotency.hpp"
#include "http/dialects/json_writer.hpp"

namespace millrace::http::orbit {

inline JsonWriter& write_meta_members(JsonWriter& json, const AnswerMeta& meta) {
  json.key("request_id").text(meta.request_id);
  return json.key("timestamp").text(meta.timestamp);
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
