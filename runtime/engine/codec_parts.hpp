// Bytes of the values that turn records and snapshots share.
#pragma once

#include "runtime/engine/bytes.hpp"
#include "runtime/engine/record.hpp"

#include <optional>

namespace millrace {

/// Null is the empty text.
void write_json(ByteWriter& out, const Json& value);
Json read_json(ByteReader& in);
void write_run_key(ByteWriter& out, NodeRunKey key);
NodeRunKey read_run_key(ByteReader& in);
void write_error(ByteWriter& out, const NodeError& error);
NodeError read_error(ByteReader& in);
void write_request(ByteWriter& out, const CallRequest& request);
CallRequest read_request(ByteReader& in);
void write_result(ByteWriter& out, const CallResult& result);
CallResult read_result(ByteReader& in);
void write_headers(ByteWriter& out, const HeaderList& headers);
HeaderList read_headers(ByteReader& in);

/// Limits for text that we printed ourselves: deeper and longer than what clients may send, since
/// it holds their values inside ours.
JsonLimits own_json_limits();

template <class Value, class Write>
void write_optional(ByteWriter& out, const std::optional<Value>& value, const Write& write) {
  out.boolean(value.has_value());
  if (value) write(out, *value);
}

}  // namespace millrace
