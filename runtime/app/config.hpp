// What an operator can set, as the rooms take it, and where each value came from.
#pragma once

#include "actors/system.hpp"
#include "http/server.hpp"
#include "storage/storage.hpp"

#include <string>
#include <vector>

namespace millrace::app {

/// Defaults are the rooms' own; every bound starts from limits.hpp.
struct Config {
  std::string file;  ///< the configuration file that was read; empty: none
  std::string listen = "127.0.0.1:8080";
  std::string public_url;  ///< base of URLs we print; empty: made from `listen`
  std::string log_level = "info";
  std::string durability = "synced";
  std::string channels_fallback;  ///< `console`: a channel that is not configured goes to the log
  std::vector<std::string> egress_allow;
  std::vector<std::string> redact_headers;     ///< besides those that always are
  std::vector<std::string> redact_public_env;  ///< names of [env] that are no secrets
  storage::Settings storage{.data_dir = "data"};
  actors::Settings actors;
  http::ServerLimits server;
};

/// One effective value, for `check-config`.
struct Effective {
  std::string key;     ///< as in the file: `limits.gate_triggers`
  std::string value;   ///< as TOML; secrets masked
  std::string origin;  ///< `default`, `flag --listen`, `environment MILLRACE_LISTEN`, `file line 3`
};

}  // namespace millrace::app
