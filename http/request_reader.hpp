// One request out of bytes, however they are split: the framing guard first, then Beast's parser
// for fields, body and chunks. No socket and no clock, so that tables and fuzzers reach all of it.
// The I/O thread's.
#pragma once

#include "http/framing.hpp"
#include "http/message.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::http {

struct ReaderSettings {
  HeadBounds bounds;
  std::vector<std::string> authorities;  ///< that absolute-form targets may name
};

class RequestReader {
 public:
  explicit RequestReader(const ReaderSettings& settings);
  ~RequestReader();

  enum class Step : std::uint8_t { more, done, refused };

  /// Hands in the unconsumed bytes of a head; `used` tells how many are consumed: none until the
  /// head is whole. Bytes handed in before and not consumed come again, with more behind them.
  Step head(std::string_view bytes, std::size_t& used);
  /// After `done`, until reset(): a body not yet read is empty.
  Request& request() { return request_; }
  const Request& request() const { return request_; }
  bool keeps_alive() const { return keeps_alive_; }
  int version() const { return version_; }
  bool has_body() const;
  std::uint64_t content_length() const { return framing_.content_length; }  ///< 0 when chunked
  /// `Expect: 100-continue` on HTTP/1.1.
  bool expects_continue() const { return expects_continue_; }
  bool expects_unknown() const { return expects_unknown_; }

  /// Hands in bytes of the body, at most `bytes_max` of which may come out. Unused bytes come
  /// again.
  Step body(std::string_view bytes, std::size_t bytes_max, std::size_t& used);
  const Refusal& refusal() const { return refusal_; }

  /// Bytes of an unfinished head were seen.
  bool head_begun() const { return scanner_.size() > 0; }
  /// Makes ready for the next request.
  void reset();

 private:
  class Parser;
  Step parse_head(std::string_view head);
  Step accept_head();
  Step refuse(Refusal refusal);

  const ReaderSettings& settings_;
  HeadScanner scanner_;
  std::unique_ptr<Parser>
      parser_;  ///< from a whole head to the body's end: idle connections have none
  Request request_;
  Framing framing_;
  Refusal refusal_;
  int version_ = 11;
  bool keeps_alive_ = true;
  bool expects_continue_ = false;
  bool expects_unknown_ = false;
};

}  // namespace millrace::http
