// Every setting, defined once: its flag, its environment variable and its key in the file are one
// name in three spellings (`--limits.gate-triggers`, `MILLRACE_LIMITS_GATE_TRIGGERS`,
// `gate_triggers` in `[limits]`).
#pragma once

#include "runtime/app/config.hpp"

#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace millrace::app {

class Options {
 public:
  /// Declares all settings on `app`, the root command; `config` receives the values and outlives
  /// this. A flag goes before the environment, the environment before the file, the file before the
  /// default.
  Options(CLI::App& app, Config& config);
  ~Options();

  /// After parsing: what is set, and where it came from. `arguments` are the command line's.
  std::vector<Effective> effective(const std::vector<std::string>& arguments) const;
  /// After parsing: fills what needs more than one option, and checks what CLI11 cannot. Error:
  /// configuration.
  Result<void> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace millrace::app
