// A response as bytes.
#include "http/response_writer.hpp"

#include "http/header_text.hpp"
#include "http/status.hpp"
#include "runtime/base/limits.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace millrace::http {
namespace {

constexpr std::array<std::string_view, 9> ours{
    "connection", "content-length", "keep-alive",        "proxy-connection", "te",
    "trailer",    "upgrade",        "transfer-encoding", "x-request-id"};

bool is_sent(const std::pair<std::string, std::string>& header) {
  const auto& [name, value] = header;
  if (!is_token(name) || !is_header_value(value)) return false;
  return std::none_of(ours.begin(), ours.end(), [&known = name](std::string_view own) {
    return equals_ignoring_case(own, known);
  });
}

bool has(const Response& response, std::string_view name) {
  return std::any_of(response.headers.begin(), response.headers.end(),
                     [&](const auto& header) { return equals_ignoring_case(header.first, name); });
}

void append_number(std::string& out, std::size_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

void append_connection(std::string& out, const ResponseFrame& frame) {
  if (frame.close) {
    append_header(out, "Connection", "close");
  } else if (frame.version == 10) {
    append_header(out, "Connection", "keep-alive");
  }
}

void append_number_header(std::string& out, std::string_view name, std::size_t number) {
  out.append(name).append(": ");
  append_number(out, number);
  out.append("\r\n");
}

void append_quota(std::string& out, const Quota& quota) {
  append_number_header(out, "X-RateLimit-Limit", quota.limit);
  append_number_header(out, "X-RateLimit-Remaining", quota.remaining);
  append_number_header(out, "X-RateLimit-Reset", static_cast<std::size_t>(quota.reset));
}

/// Of an answer that names none itself.
std::size_t retry_after(const ResponseFrame& frame) {
  const bool over_quota = frame.quota && frame.quota->retry_after > 0;
  return static_cast<std::size_t>(over_quota ? frame.quota->retry_after
                                             : std::chrono::seconds(limits::retry_after).count());
}

}  // namespace

std::string write_response(const Response& response, const ResponseFrame& frame) {
  const int status = response.status >= 200 && response.status <= 599 ? response.status : 500;
  const bool bodiless = status == 204 || status == 304;
  std::string out;
  out.reserve(256 + (frame.head_only || bodiless ? 0 : response.body.size()));
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::size_t>(status));
  out.append(" ").append(reason_phrase(status)).append("\r\n");
  if (!bodiless && !response.content_type.empty() && !has(response, "content-type")) {
    const bool safe = is_header_value(response.content_type);
    append_header(out, "Content-Type", safe ? response.content_type : "application/octet-stream");
  }
  for (const auto& header : response.headers) {
    if (is_sent(header)) append_header(out, header.first, header.second);
  }
  if (wants_retry_after(status) && !has(response, "retry-after")) {
    append_number_header(out, "Retry-After", retry_after(frame));
  }
  if (status == 401 && !has(response, "www-authenticate")) {
    append_header(out, "WWW-Authenticate", "Bearer");
  }
  append_header(out, "X-Request-Id", frame.request_id);
  if (frame.quota) append_quota(out, *frame.quota);
  append_connection(out, frame);
  if (frame.streamed) {
    if (frame.version != 10) append_header(out, "Transfer-Encoding", "chunked");
  } else if (!bodiless) {
    append_number_header(out, "Content-Length", response.body.size());
  }
  out.append("\r\n");
  if (!frame.head_only && !bodiless) out.append(response.body);
  return out;
}

void append_piece(std::string& out, std::string_view piece, int version) {
  if (piece.empty()) return;
  if (version == 10) {
    out.append(piece);
    return;
  }
  std::array<char, 16> digits{};
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), piece.size(), 16).ptr;
  out.append(digits.data(), end).append("\r\n").append(piece).append("\r\n");
}

void append_end(std::string& out, int version) {
  if (version != 10) out.append("0\r\n\r\n");
}

}  // namespace millrace::http
