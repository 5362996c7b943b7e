// The route table. A row carries method, pattern, access and handler; access is decided by the
// matched row and nothing else, and what matches no row is refused. Built once at start, then
// read-only: thread-safe.
#pragma once

#include "http/message.hpp"
#include "runtime/base/error.hpp"
#include "runtime/base/limits.hpp"
#include "runtime/flow/catalog.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace millrace::http {

/// Open to anyone who reaches the port (hooks, health). Written out, never a default.
struct OpenAccess {};
/// Needs a live key with this scope.
struct KeyAccess {
  Scope scope;
};
using Access = std::variant<OpenAccess, KeyAccess>;

/// How a group of routes speaks of errors.
using RenderError = std::function<Response(const Request&, const Error&, int status)>;

/// A request that matched a row and passed its access.
struct Matched {
  Request request;
  std::vector<std::pair<std::string, std::string>>
      captures;                        ///< decoded, by name, in pattern order
  std::optional<ApiKey> key;           ///< set exactly when the row has KeyAccess
  const RenderError* voice = nullptr;  ///< the row's; null: native
  std::string_view capture(std::string_view name) const;
};
using MatchedPtr = std::shared_ptr<const Matched>;
using Handler = std::function<void(MatchedPtr, Respond)>;

struct Route {
  std::string method;  ///< `POST`
  std::string
      pattern;  ///< `/v1/flows/{id}`; `{name}` one segment, a last `{name...}` the rest, also empty
  Access access;
  Handler handler;
  RenderError render_error;
  Dialect dialect = Dialect::native;  ///< a key of another dialect is refused on KeyAccess rows
  std::size_t body_bytes_max = limits::api_body_bytes_max;
  /// May answer with a stream: such a request is the last of its connection.
  bool streams = false;
};

class Router {
 public:
  /// `fallback` renders errors where no row matched, by mount prefix, key form or default.
  explicit Router(RenderError fallback);
  /// Throws std::logic_error on a duplicate row or a bad pattern: a mistake of ours, found at
  /// start.
  void add(Route route);
  const std::vector<Route>& routes() const;

  struct Match {
    const Route* route = nullptr;
    std::vector<std::pair<std::string, std::string>> captures;
    std::vector<std::string> allowed;  ///< methods that the path has, when only the method is wrong
  };
  /// Static segments win over captures. A trailing slash is accepted; an empty segment, a dot
  /// segment, or an encoded slash in a captured segment matches nothing.
  Match match(std::string_view method, std::string_view path) const;
  const RenderError& fallback() const;

 private:
  struct Node;
  std::vector<Route> routes_;
  std::shared_ptr<Node> root_;
  RenderError fallback_;
};

}  // namespace millrace::http
