// The route table as a trie over path segments.
#include "http/router.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace millrace::http {
namespace {

using Segments = std::vector<std::string_view>;

Segments split(std::string_view path) {
  Segments segments;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    segments.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return segments;
}

bool is_capture(std::string_view segment) {
  return segment.size() > 2 && segment.starts_with('{') && segment.ends_with('}');
}
bool is_rest(std::string_view segment) { return is_capture(segment) && segment.ends_with("...}"); }

std::string capture_name(std::string_view segment) {
  segment.remove_prefix(1);
  segment.remove_suffix(segment.ends_with("...}") ? 4 : 1);
  return std::string(segment);
}

/// A segment of a request as a captured value, or nothing when it may not be one.
std::optional<std::string> captured(std::string_view segment) {
  auto text = percent_decode(segment);
  if (!text || text->empty() || *text == "." || *text == "..") return std::nullopt;
  if (text->find_first_of("/\\") != std::string::npos) return std::nullopt;
  return text;
}

[[noreturn]] void bad_row(const Route& route, const std::string& what) {
  throw std::logic_error("route " + route.method + " " + route.pattern + ": " + what);
}

}  // namespace

struct Router::Node {
  using Rows = std::vector<std::pair<std::string, std::size_t>>;  ///< method, index of the route
  std::map<std::string, std::unique_ptr<Node>, std::less<>> statics;
  std::unique_ptr<Node> capture;
  Rows rows;  ///< of the path that ends here
  Rows rest;  ///< of the path whose rest begins here

  struct Found {
    const Rows* rows = nullptr;
    std::size_t rest_from = 0;
  };
  /// The most specific rows for `segments` from `at` on: static before capture before rest.
  Found find(const Segments& segments, std::size_t at) const {
    if (at == segments.size() && !rows.empty()) return {&rows, at};
    if (at < segments.size()) {
      if (const auto next = statics.find(segments[at]); next != statics.end()) {
        if (const Found found = next->second->find(segments, at + 1); found.rows) return found;
      }
      if (capture && captured(segments[at])) {
        if (const Found found = capture->find(segments, at + 1); found.rows) return found;
      }
    }
    if (rest.empty()) return {};
    for (std::size_t i = at; i < segments.size(); ++i) {
      if (!captured(segments[i])) return {};
    }
    return {&rest, at};
  }
};

std::string_view Matched::capture(std::string_view name) const {
  for (const auto& [known, value] : captures) {
    if (known == name) return value;
  }
  return {};
}

Router::Router(RenderError fallback)
    : root_(std::make_shared<Node>()), fallback_(std::move(fallback)) {}

void Router::add(Route route) {
  if (!route.pattern.starts_with('/')) bad_row(route, "a pattern begins with a slash");
  if (!route.handler || !route.render_error)
    bad_row(route, "a row has a handler and an error form");
  const Segments segments = split(std::string_view(route.pattern).substr(1));
  Node* node = root_.get();
  Node::Rows* rows = nullptr;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::string_view segment = segments[i];
    if (segment.empty() && segments.size() > 1) bad_row(route, "an empty segment");
    if (is_rest(segment)) {
      if (i + 1 != segments.size()) bad_row(route, "the rest must come last");
      rows = &node->rest;
    } else if (is_capture(segment)) {
      if (!node->capture) node->capture = std::make_unique<Node>();
      node = node->capture.get();
    } else if (segment.find_first_of("{}%") != std::string_view::npos) {
      bad_row(route, "a segment is a word or one capture");
    } else if (!segment.empty()) {
      auto& next = node->statics[std::string(segment)];
      if (!next) next = std::make_unique<Node>();
      node = next.get();
    }
  }
  if (!rows) rows = &node->rows;
  for (const auto& [method, index] : *rows) {
    if (method == route.method) bad_row(route, "is " + routes_[index].pattern + " already");
  }
  rows->emplace_back(route.method, routes_.size());
  routes_.push_back(std::move(route));
}

const std::vector<Route>& Router::routes() const { return routes_; }
const RenderError& Router::fallback() const { return fallback_; }

namespace {

std::vector<std::pair<std::string, std::string>> capture_values(const Route& route,
                                                                const Segments& segments) {
  std::vector<std::pair<std::string, std::string>> captures;
  const Segments pattern = split(std::string_view(route.pattern).substr(1));
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (is_rest(pattern[i])) {
      std::string rest;
      for (std::size_t j = i; j < segments.size(); ++j) {
        if (j > i) rest.push_back('/');
        rest.append(captured(segments[j]).value_or(std::string()));
      }
      captures.emplace_back(capture_name(pattern[i]), std::move(rest));
    } else if (is_capture(pattern[i])) {
      captures.emplace_back(capture_name(pattern[i]),
                            captured(segments[i]).value_or(std::string()));
    }
  }
  return captures;
}

}  // namespace

Router::Match Router::match(std::string_view method, std::string_view path) const {
  Match match;
  if (!path.starts_with('/')) return match;
  Segments segments = split(path.substr(1));
  if (segments.back().empty()) segments.pop_back();
  const Node::Found found = root_->find(segments, 0);
  if (!found.rows) return match;
  const auto row_of = [&](std::string_view wanted) {
    return std::find_if(found.rows->begin(), found.rows->end(),
                        [&](const auto& row) { return row.first == wanted; });
  };
  auto row = row_of(method);
  if (row == found.rows->end() && method == "HEAD") row = row_of("GET");
  if (row != found.rows->end()) {
    match.route = &routes_[row->second];
    match.captures = capture_values(*match.route, segments);
    return match;
  }
  for (const auto& [allowed, index] : *found.rows) {
    match.allowed.push_back(allowed);
    if (allowed == "GET" && row_of("HEAD") == found.rows->end()) match.allowed.push_back("HEAD");
  }
  return match;
}

}  // namespace millrace::http
