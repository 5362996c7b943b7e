// The framing guard.
#include "http/framing.hpp"

#include "http/header_text.hpp"

#include <boost/throw_exception.hpp>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace millrace::http {
namespace {

constexpr std::size_t content_length_digits_max = 18;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }
bool is_printable(char c) { return c > 0x20 && c < 0x7f; }

bool is_host_character(char c) {
  return is_printable(c) && std::string_view("\"#/<>?@\\^`{|},").find(c) == std::string_view::npos;
}

Refusal refused(std::string_view message) { return Refusal{400, std::string(message)}; }

struct FramingFields {
  std::size_t hosts = 0;
  std::size_t lengths = 0;
  std::size_t encodings = 0;
  std::string_view host;
  std::string_view length;
  std::string_view encoding;
};

FramingFields framing_fields(const HeaderList& headers) {
  FramingFields found;
  for (const auto& [name, value] : headers) {
    if (name == "host") {
      ++found.hosts;
      found.host = value;
    } else if (name == "content-length") {
      ++found.lengths;
      found.length = value;
    } else if (name == "transfer-encoding") {
      ++found.encodings;
      found.encoding = value;
    }
  }
  return found;
}

std::optional<Refusal> check_host(const FramingFields& found, int version) {
  if (found.hosts == 0 && version == 10) return std::nullopt;
  if (found.hosts != 1) return refused("exactly one Host header is required");
  if (found.host.empty() || !std::all_of(found.host.begin(), found.host.end(), is_host_character)) {
    return refused("the Host header is not a host name");
  }
  return std::nullopt;
}

}  // namespace

HeadScanner::State HeadScanner::refuse(int status, std::string_view message) {
  refusal_ = Refusal{status, std::string(message)};
  return State::refused;
}

bool HeadScanner::within_bounds() const {
  if (lines_ == 0) return line_bytes_ <= bounds_.request_line_bytes_max;
  return size_ - line_first_bytes_ <= bounds_.header_bytes_max;
}

HeadScanner::State HeadScanner::end_of_line() {
  const bool blank = line_bytes_ == 0;
  if (blank) return lines_ == 0 ? refuse(400, "the request line is empty") : State::complete;
  if (++lines_ == 1) line_first_bytes_ = size_;
  if (lines_ - 1 > bounds_.header_fields_max) return refuse(431, "too many header fields");
  if (!within_bounds()) return refuse(431, "the header is too large");
  line_bytes_ = 0;
  return State::more;
}

HeadScanner::State HeadScanner::feed(std::string_view bytes) {
  for (const char c : bytes) {
    ++size_;
    if (after_return_) {
      if (c != '\n') return refuse(400, "a carriage return without a line feed");
      after_return_ = false;
      const State state = end_of_line();
      if (state != State::more) return state;
      continue;
    }
    if (c == '\r') {
      after_return_ = true;
      continue;
    }
    if (c == '\n') return refuse(400, "a line feed without a carriage return");
    if (is_control(c)) return refuse(400, "a control byte in the request head");
    if (line_bytes_ == 0 && (c == ' ' || c == '\t')) {
      return refuse(400, "a header line begins with a blank");
    }
    ++line_bytes_;
    if (!within_bounds()) {
      return lines_ == 0 ? refuse(414, "the request line is too long")
                         : refuse(431, "the header is too large");
    }
  }
  return State::more;
}

boost::system::result<Framing, Refusal> check_framing(const HeadView& head) {
  const FramingFields found = framing_fields(head.headers);
  if (auto refusal = check_host(found, head.version)) return *refusal;
  if (found.encodings > 0) {
    if (head.version == 10) return refused("HTTP/1.0 has no Transfer-Encoding");
    if (found.lengths > 0) return refused("Content-Length beside Transfer-Encoding");
    if (found.encodings > 1 || !equals_ignoring_case(found.encoding, "chunked")) {
      return refused("the only Transfer-Encoding is one `chunked`");
    }
    return Framing{true, 0};
  }
  if (found.lengths == 0) return Framing{};
  const std::string_view digits = found.length;
  if (found.lengths > 1 || digits.empty() || digits.size() > content_length_digits_max ||
      !std::all_of(digits.begin(), digits.end(), is_digit)) {
    return refused("Content-Length must be one number");
  }
  Framing framing;
  std::from_chars(digits.data(), digits.data() + digits.size(), framing.content_length);
  return framing;
}

boost::system::result<std::string, Refusal> origin_target(
    const HeadView& head, const std::vector<std::string>& authorities) {
  std::string_view target = head.target;
  if (!std::all_of(target.begin(), target.end(), is_printable) ||
      target.find('#') != std::string_view::npos) {
    return refused("the request target has a byte that is not allowed there");
  }
  if (target.starts_with('/')) return std::string(target);
  constexpr std::string_view scheme = "http://";
  if (!equals_ignoring_case(target.substr(0, scheme.size()), scheme)) {
    return refused("the request target is not a path");
  }
  target.remove_prefix(scheme.size());
  const std::size_t end = std::min(target.find_first_of("/?"), target.size());
  const std::string_view authority = target.substr(0, end);
  const std::string_view host = framing_fields(head.headers).host;
  const bool ours =
      std::any_of(authorities.begin(), authorities.end(),
                  [&](const std::string& known) { return equals_ignoring_case(known, authority); });
  if (!ours || !equals_ignoring_case(host, authority)) {
    return refused("the request target names another server");
  }
  const std::string_view rest = target.substr(end);
  return rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest);
}

void throw_exception_from_error(const Refusal& refusal, const boost::source_location& where) {
  boost::throw_exception(std::logic_error("unexpected refusal: " + refusal.message), where);
}

}  // namespace millrace::http
