// What the layouts of values are made of; shared by the two files that hold them.
#pragma once

#include "runtime/engine/status.hpp"
#include "runtime/flow/catalog.hpp"
#include "storage/rows/bytes.hpp"
#include "storage/rows/codec.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace millrace::storage {

using Writer = ByteWriter<std::string>;

inline Writer begin(std::string& out, std::uint8_t version = value_version) {
  out.clear();
  Writer writer(out);
  writer.fixed(version);
  return writer;
}

inline void read_version(ByteReader& reader) {
  if (reader.fixed<std::uint8_t>() != value_version) reader.fail();
}

inline Error corrupt(std::string_view row) {
  return {ErrorCode::corrupt,
          "a row of " + std::string(row) + " is damaged or of an unknown format"};
}

template <class Enum>
Enum read_enum(ByteReader& reader, Enum first, Enum last) {
  const auto number = reader.fixed<std::uint8_t>();
  if (number < static_cast<std::uint8_t>(first) || number > static_cast<std::uint8_t>(last)) {
    reader.fail();
    return first;
  }
  return static_cast<Enum>(number);
}
inline RunStatus read_status(ByteReader& reader) {
  return read_enum(reader, RunStatus::pending, RunStatus::timed_out);
}
inline TriggerType read_trigger_type(ByteReader& reader) {
  return read_enum(reader, TriggerType::inbound_message, TriggerType::flow_error);
}
inline Dialect read_dialect(ByteReader& reader) {
  return read_enum(reader, Dialect::native, Dialect::sarufi);
}

inline void write_optional_time(Writer& writer, std::optional<Timestamp> time) {
  writer.fixed(static_cast<std::uint8_t>(time.has_value()));
  if (time) writer.time(*time);
}
inline std::optional<Timestamp> read_optional_time(ByteReader& reader) {
  const auto present = reader.fixed<std::uint8_t>();
  if (present > 1) reader.fail();
  return present == 1 ? std::optional(reader.time()) : std::nullopt;
}

}  // namespace millrace::storage
