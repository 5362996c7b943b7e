// The framing guard: what a request head may look like before a byte of its body is used. Pure
// functions over bytes and fields; Beast 1.81 alone lets through what two parsers may read
// differently (request smuggling). Sources: RFC 9112 sections 2.2, 3.2, 5.2, 6.1-6.3; the
// reliability contract's table of framing.
#pragma once

#include "runtime/base/error.hpp"
#include "runtime/base/limits.hpp"
#include "runtime/nodes/call.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::http {

/// Why a request gets no further. The connection closes after the answer, since its next byte
/// cannot be trusted.
struct Refusal {
  int status = 400;
  std::string message;
};

struct HeadBounds {
  std::size_t request_line_bytes_max = limits::request_line_bytes_max;
  std::size_t header_bytes_max = limits::header_bytes_max;  ///< all fields together
  std::size_t header_fields_max = limits::header_fields_max;
};

/// Watches a head byte by byte as it arrives, however it is split: lines end in CRLF and nothing
/// else, no control bytes but tab, no folded line, no blank line first, and the bounds. Refuses at
/// the first wrong byte.
class HeadScanner {
 public:
  explicit HeadScanner(const HeadBounds& bounds) : bounds_(bounds) {}

  enum class State : std::uint8_t { more, complete, refused };
  /// Looks at the bytes that follow those seen so far. When `complete`, size() tells where the head
  /// ends.
  State feed(std::string_view bytes);
  /// Bytes seen of this head, its closing blank line included.
  std::size_t size() const { return size_; }
  const Refusal& refusal() const { return refusal_; }

 private:
  State refuse(int status, std::string_view message);
  State end_of_line();
  bool within_bounds() const;

  HeadBounds bounds_;
  std::size_t size_ = 0;
  std::size_t line_bytes_ = 0;
  std::size_t line_first_bytes_ = 0;
  std::size_t lines_ = 0;
  bool after_return_ = false;
  Refusal refusal_;
};

/// A parsed head, as far as framing is concerned.
struct HeadView {
  int version = 11;  ///< 10 or 11
  std::string_view target;
  const HeaderList& headers;  ///< names in lower case
};

/// How the body is delimited. Neither: there is none.
struct Framing {
  bool chunked = false;
  std::uint64_t content_length = 0;
};

/// Exactly one `Transfer-Encoding: chunked` on HTTP/1.1 without Content-Length, or exactly one
/// Content-Length of digits, or neither; exactly one Host (HTTP/1.0: at most one). Anything else is
/// refused.
boost::system::result<Framing, Refusal> check_framing(const HeadView& head);

/// The target in origin form. Absolute form is taken only when its authority is one of
/// `authorities` and equals the Host field. Refused: other forms, a fragment, bytes outside
/// printable ASCII.
boost::system::result<std::string, Refusal> origin_target(
    const HeadView& head, const std::vector<std::string>& authorities);

[[noreturn]] void throw_exception_from_error(const Refusal& refusal,
                                             const boost::source_location& where);

}  // namespace millrace::http
