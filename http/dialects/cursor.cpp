// List cursors: format byte, id, and a truncated HMAC over both, the workspace and the filter.
#include "http/dialects/cursor.hpp"

#include "runtime/base/crypto.hpp"

#include <algorithm>
#include <array>

namespace millrace::http {
namespace {

constexpr char format = 1;
constexpr std::size_t body_bytes = 1 + Id::bytes_count;
constexpr std::size_t tag_bytes = 16;

std::string tag_of(const CursorScope& scope, std::string_view body) {
  std::string signed_bytes(body);
  const auto workspace = static_cast<std::uint32_t>(scope.workspace);
  for (int shift = 24; shift >= 0; shift -= 8) {
    signed_bytes += static_cast<char>((workspace >> shift) & 0xff);
  }
  signed_bytes += scope.filter;
  const Sha256 mac = hmac_sha256(scope.secret, signed_bytes);
  return {reinterpret_cast<const char*>(mac.data()), tag_bytes};
}

}  // namespace

std::string encode_cursor(const CursorScope& scope, const Id& position) {
  const auto id = position.bytes();
  std::string body(1, format);
  body.append(reinterpret_cast<const char*>(id.data()), id.size());
  return to_base64url(body + tag_of(scope, body));
}

Result<Id> decode_cursor(const CursorScope& scope, std::string_view cursor) {
  const Error refused{ErrorCode::invalid_cursor,
                      "the cursor is not one of this list; start without a cursor"};
  const auto bytes = from_base64url(cursor);
  if (!bytes || bytes->size() != body_bytes + tag_bytes || bytes->front() != format) return refused;
  const std::string_view body(bytes->data(), body_bytes);
  const std::string_view tag(bytes->data() + body_bytes, tag_bytes);
  if (!equal_in_constant_time(tag, tag_of(scope, body))) return refused;
  std::array<std::uint8_t, Id::bytes_count> id{};
  std::transform(body.begin() + 1, body.end(), id.begin(),
                 [](char c) { return static_cast<std::uint8_t>(c); });
  return Id::from_bytes(id);
}

}  // namespace millrace::http
