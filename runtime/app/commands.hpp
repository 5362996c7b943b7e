// What each command does once its arguments are known. All return the process's exit code and print
// for people; `key create` prints the key alone.
#pragma once

#include "runtime/app/config.hpp"
#include "runtime/base/json.hpp"

#include <string>
#include <vector>

namespace millrace::app {

inline constexpr int exit_done = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_misused = 2;

/// Runs until SIGTERM or SIGINT.
int serve(const Config& config);
/// `request` as KeyDesk takes it: asked of the running server, or answered here when none runs.
int key_command(const Config& config, const Json& request);
/// Tells the server of the data directory to begin what it holds.
int resume_server(const Config& config);
/// `trigger_type` empty: as the file says.
int validate_file(const std::string& path, const std::string& trigger_type);
int check_config(const std::vector<Effective>& effective);
int print_version();

}  // namespace millrace::app
