// One request out of bytes.
#include "http/request_reader.hpp"

#include "http/header_text.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <utility>

namespace millrace::http {
namespace {

namespace beast = boost::beast::http;
using ErrorOfBeast = boost::beast::error_code;
using View = boost::beast::string_view;

// A chunk's own line: CRLF of the chunk before, 16 hexadecimal digits, its extensions, CRLF.
constexpr std::size_t chunk_line_bytes_max = 2 + 16 + limits::chunk_extension_bytes_max + 2;
constexpr std::size_t body_reserve_bytes_max = 64 * limits::kib;

std::vector<std::pair<std::string, std::string>> parse_query(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> query;
  const auto decode = [](std::string_view part) {
    return percent_decode(part, true).value_or(std::string(part));
  };
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (!pair.empty()) {
      query.emplace_back(decode(pair.substr(0, equals)),
                         decode(pair.substr(std::min(equals + 1, pair.size()))));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return query;
}

}  // namespace

/// Beast's parser, writing straight into the request. Trailers are read and dropped.
class RequestReader::Parser final : public beast::basic_parser<true> {
 public:
  explicit Parser(RequestReader& reader) : reader_(reader) {
    header_limit(std::numeric_limits<std::uint32_t>::max());  // the scanner has bounded it
    body_limit(boost::none);                                  // bounded per route below
    eager(false);
  }
  std::size_t body_bytes_max = 0;

 private:
  void on_request_impl(beast::verb, View method, View target, int version, ErrorOfBeast&) override {
    reader_.request_.method.assign(method.data(), method.size());
    reader_.request_.target.assign(target.data(), target.size());
    reader_.version_ = version;
  }
  void on_field_impl(beast::field, View name, View value, ErrorOfBeast&) override {
    if (head_done_) return;
    reader_.request_.headers.emplace_back(to_lower({name.data(), name.size()}),
                                          std::string(value.data(), value.size()));
  }
  void on_header_impl(ErrorOfBeast&) override { head_done_ = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorOfBeast&) override {
    if (!length) return;
    reader_.request_.body.reserve(std::min<std::size_t>(*length, body_reserve_bytes_max));
  }
  std::size_t on_body_impl(View bytes, ErrorOfBeast& failed) override {
    return take(bytes, failed);
  }
  void on_chunk_header_impl(std::uint64_t size, View extension, ErrorOfBeast& failed) override {
    if (extension.size() > limits::chunk_extension_bytes_max) {
      failed = beast::error::bad_chunk_extension;
    } else if (size > body_bytes_max - reader_.request_.body.size()) {
      failed = beast::error::body_limit;
    }
  }
  std::size_t on_chunk_body_impl(std::uint64_t, View bytes, ErrorOfBeast& failed) override {
    return take(bytes, failed);
  }
  void on_response_impl(int, View, int, ErrorOfBeast&) override {}
  void on_finish_impl(ErrorOfBeast&) override {}

  std::size_t take(View bytes, ErrorOfBeast& failed) {
    std::string& body = reader_.request_.body;
    if (bytes.size() > body_bytes_max - body.size()) {
      failed = beast::error::body_limit;
      return 0;
    }
    body.append(bytes.data(), bytes.size());
    return bytes.size();
  }

  RequestReader& reader_;
  bool head_done_ = false;
};

RequestReader::RequestReader(const ReaderSettings& settings)
    : settings_(settings), scanner_(settings.bounds) {}
RequestReader::~RequestReader() = default;

void RequestReader::reset() {
  scanner_ = HeadScanner(settings_.bounds);
  parser_.reset();
  request_ = Request{};
  framing_ = Framing{};
  keeps_alive_ = true;
  expects_continue_ = false;
  expects_unknown_ = false;
}

bool RequestReader::has_body() const { return framing_.chunked || framing_.content_length > 0; }

RequestReader::Step RequestReader::refuse(Refusal refusal) {
  refusal_ = std::move(refusal);
  return Step::refused;
}

RequestReader::Step RequestReader::head(std::string_view bytes, std::size_t& used) {
  used = 0;
  switch (scanner_.feed(bytes.substr(scanner_.size()))) {
    case HeadScanner::State::more:
      return Step::more;
    case HeadScanner::State::refused:
      return refuse(scanner_.refusal());
    case HeadScanner::State::complete:
      break;
  }
  used = scanner_.size();
  return parse_head(bytes.substr(0, used));
}

RequestReader::Step RequestReader::parse_head(std::string_view head) {
  parser_ = std::make_unique<Parser>(*this);
  // Without `eager`, one put() parses the start line and the fields and stops before the body.
  ErrorOfBeast failed;
  parser_->put(boost::asio::buffer(head.data(), head.size()), failed);
  if (failed || !parser_->is_header_done()) {
    return refuse({400, failed ? "the request head is malformed: " + failed.message()
                               : "the request head is malformed"});
  }
  return accept_head();
}

RequestReader::Step RequestReader::accept_head() {
  const HeadView view{version_, request_.target, request_.headers};
  auto framing = check_framing(view);
  if (!framing) return refuse(framing.error());
  auto target = origin_target(view, settings_.authorities);
  if (!target) return refuse(target.error());
  framing_ = *framing;
  request_.target = *std::move(target);
  const std::string_view all = request_.target;
  const std::size_t mark = std::min(all.find('?'), all.size());
  request_.path = std::string(all.substr(0, mark));
  request_.query = parse_query(all.substr(std::min(mark + 1, all.size())));
  keeps_alive_ = parser_->keep_alive();
  const std::string_view expectation = request_.header("expect");
  if (!expectation.empty() && version_ == 11) {
    expects_continue_ = equals_ignoring_case(expectation, "100-continue");
    expects_unknown_ = !expects_continue_;
  }
  return Step::done;
}

RequestReader::Step RequestReader::body(std::string_view bytes, std::size_t bytes_max,
                                        std::size_t& used) {
  parser_->body_bytes_max = bytes_max;
  used = 0;
  while (!parser_->is_done()) {
    const std::string_view rest = bytes.substr(used);
    if (rest.empty()) return Step::more;
    ErrorOfBeast failed;
    const std::size_t taken = parser_->put(boost::asio::buffer(rest.data(), rest.size()), failed);
    used += taken;
    if (failed == beast::error::body_limit) return refuse({413, "the body is too large"});
    if (failed == beast::error::need_more) {
      const std::string_view line = bytes.substr(used, chunk_line_bytes_max);
      if (line.size() == chunk_line_bytes_max && line.find("\r\n", 2) == std::string_view::npos) {
        return refuse({400, "a chunk's extension is too long"});
      }
      if (bytes.size() - used > settings_.bounds.header_bytes_max) {
        return refuse({400, "the trailer is too large"});
      }
      return Step::more;
    }
    if (failed) return refuse({400, "the body is malformed: " + failed.message()});
  }
  return Step::done;
}

}  // namespace millrace::http
