// Subcommands on CLI11; settings live on the root, so that they may stand before or after the
// command.
#include "runtime/app/cli.hpp"

#include "runtime/app/commands.hpp"
#include "runtime/app/options.hpp"
#include "runtime/base/log.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <vector>

namespace millrace::app {
namespace {

/// What is on the command line beside settings.
struct Arguments {
  std::string workspace;
  std::string dialect = "native";
  std::vector<std::string> scopes;
  std::string key_id;
  std::string file;
  std::string trigger_type;
};

void declare_commands(CLI::App& app, Arguments& to) {
  app.require_subcommand(1);
  app.fallthrough();
  app.add_subcommand("serve", "Run the server until SIGTERM");
  CLI::App* key = app.add_subcommand("key", "API keys; works while the server runs");
  key->require_subcommand(1);
  CLI::App* create = key->add_subcommand("create", "Make a key and print it, this once");
  create->add_option("--workspace", to.workspace, "made when it is new")->required();
  create->add_option("--dialect", to.dialect, "native, orbit, tenex, activepieces or sarufi")
      ->capture_default_str();
  create->add_option("--scope", to.scopes, "repeatable; all but keys:admin unless given")
      ->allow_extra_args(false);
  key->add_subcommand("list", "All keys, without their secrets");
  CLI::App* revoke = key->add_subcommand("revoke", "End a key");
  revoke->add_option("id", to.key_id, "as `key list` shows it")->required();
  app.add_subcommand("resume", "Let a server that was started with --paused run what it holds");
  CLI::App* validate = app.add_subcommand("validate", "All errors and warnings of a flow");
  validate->add_option("file", to.file, "a definition, or {name, trigger_type, definition}")
      ->required();
  validate->add_option("--trigger-type", to.trigger_type, "of a definition that stands alone");
  app.add_subcommand("check-config", "The effective configuration and where each value came from");
  app.add_subcommand("version", "Print the version");
}

Json key_request(const CLI::App& key, const Arguments& from) {
  if (key.got_subcommand("create")) {
    JsonArray scopes;
    for (const std::string& scope : from.scopes) {
      scopes.emplace_back(scope);
    }
    return JsonObject{{"command", "key.create"},
                      {"workspace", from.workspace},
                      {"dialect", from.dialect},
                      {"scopes", std::move(scopes)}};
  }
  if (key.got_subcommand("revoke")) {
    return JsonObject{{"command", "key.revoke"}, {"id", from.key_id}};
  }
  return JsonObject{{"command", "key.list"}};
}

LogLevel log_level(const std::string& name) {
  return name == "debug"   ? LogLevel::debug
         : name == "warn"  ? LogLevel::warn
         : name == "error" ? LogLevel::error
                           : LogLevel::info;
}

int run(const CLI::App& app, const Arguments& from, const Config& config,
        const std::vector<Effective>& effective) {
  if (app.got_subcommand("serve")) {
    return serve(config);
  }
  if (app.got_subcommand("key")) {
    return key_command(config, key_request(*app.get_subcommand("key"), from));
  }
  if (app.got_subcommand("resume")) {
    return resume_server(config);
  }
  if (app.got_subcommand("validate")) {
    return validate_file(from.file, from.trigger_type);
  }
  return app.got_subcommand("check-config") ? check_config(effective) : print_version();
}

}  // namespace

int run_command_line(int count, const char* const* arguments) {
  CLI::App app{"Millrace: durable flows in one binary", "millrace"};
  Config config;
  Arguments from;
  Options options(app, config);
  declare_commands(app, from);
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? exit_done : exit_misused;
  }
  if (const auto finished = options.finish(); !finished) {
    std::cerr << "millrace: " << finished.error().message << '\n';
    return exit_misused;
  }
  start_log(log_level(config.log_level));
  return run(app, from, config, options.effective({arguments + 1, arguments + count}));
}

}  // namespace millrace::app
