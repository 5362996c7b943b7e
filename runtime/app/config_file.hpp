// The configuration file, read: a flat list of settings with their place, and the two tables that
// are not settings. The one door to toml++.
#pragma once

#include "runtime/base/error.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::app {

/// `[limits] gate_triggers = 5` is the key `limits.gate_triggers` with the value `5`.
struct FileSetting {
  std::string key;
  std::vector<std::string> values;  ///< more than one only where the file has an array
  std::uint32_t line = 0;
};

struct FileChannel {
  std::string url;
  std::string secret;
};

struct ConfigFile {
  std::vector<FileSetting> settings;
  std::map<std::string, FileChannel> channels;  ///< `[channels.NAME] url, secret`
  std::map<std::string, std::string> env;       ///< `[env]`: what `env` means in expressions
};

/// Reads TOML. Error: configuration, the message starting with `line L, column C:`; a key that is
/// not in `known` and not of the two tables is one.
Result<ConfigFile> read_config_file(std::string_view text, std::span<const std::string> known);

}  // namespace millrace::app
