// The one list of settings, and CLI11's view of the file.
#include "runtime/app/options.hpp"

#include "runtime/app/config_file.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <thread>
#include <utility>

namespace millrace::app {
namespace {

std::string replaced(std::string text, char from, char to) {
  std::replace(text.begin(), text.end(), from, to);
  return text;
}

/// `limits.gate-triggers` → `MILLRACE_LIMITS_GATE_TRIGGERS`.
std::string environment_name(const std::string& name) {
  std::string text = "MILLRACE_" + replaced(replaced(name, '-', '_'), '.', '_');
  std::transform(text.begin(), text.end(), text.begin(), [](char sign) {
    return sign >= 'a' && sign <= 'z' ? static_cast<char>(sign - 'a' + 'A') : sign;
  });
  return text;
}

bool in_environment(const std::string& name) {
  const char* value = std::getenv(environment_name(name).c_str());
  return value != nullptr && *value != '\0';
}

std::string quoted(const std::string& text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string shown(const std::string& value) { return quoted(value); }
std::string shown(bool value) { return value ? "true" : "false"; }
std::string shown(const Duration& value) { return std::to_string(value.count()); }
template <std::integral Number>
std::string shown(Number value) {
  return std::to_string(value);
}
std::string shown(const std::vector<std::string>& values) {
  std::string out = "[";
  for (const std::string& value : values) {
    out += (out.size() > 1 ? ", " : "") + quoted(value);
  }
  return out + "]";
}

struct Setting {
  std::string name;
  std::function<std::string()> value;
  std::string key() const { return replaced(name, '-', '_'); }
};

}  // namespace

struct Options::State {
  Config& config;
  std::vector<Setting> settings;
  ConfigFile file;
};

namespace {

/// CLI11 reads the configuration file through this. It applies the file before the environment, so
/// keys whose variable is set are left out here.
class TomlFile final : public CLI::Config {
 public:
  TomlFile(ConfigFile& file, const std::vector<Setting>& settings)
      : file_(file), settings_(settings) {}

  std::string to_config(const CLI::App*, bool, bool, std::string) const override { return {}; }

  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    const std::string text{std::istreambuf_iterator<char>(input), std::istreambuf_iterator<char>()};
    std::vector<std::string> known;
    for (const Setting& setting : settings_) {
      known.push_back(setting.key());
    }
    auto read = read_config_file(text, known);
    if (!read) {
      throw CLI::ConfigError(read.error().message, CLI::ExitCodes::ConfigError);
    }
    file_ = *read;
    std::vector<CLI::ConfigItem> found;
    for (const FileSetting& setting : file_.settings) {
      const std::string name = replaced(setting.key, '_', '-');
      if (!in_environment(name)) {
        found.push_back(CLI::ConfigItem{{}, name, setting.values});
      }
    }
    return found;
  }

 private:
  ConfigFile& file_;
  const std::vector<Setting>& settings_;
};

class Declarer {
 public:
  Declarer(CLI::App& app, std::vector<Setting>& settings) : app_(app), settings_(settings) {}

  template <class Value>
  CLI::Option* add(const std::string& name, Value& target, const std::string& about) {
    settings_.push_back(Setting{name, [&target] { return shown(target); }});
    return declare(name, target, about)->envname(environment_name(name));
  }

 private:
  template <class Value>
  CLI::Option* declare(const std::string& name, Value& target, const std::string& about) {
    return app_.add_option("--" + name, target, about)->capture_default_str();
  }
  CLI::Option* declare(const std::string& name, bool& target, const std::string& about) {
    return app_.add_flag("--" + name, target, about);
  }
  CLI::Option* declare(const std::string& name, Duration& target, const std::string& about) {
    return app_
        .add_option_function<std::int64_t>(
            "--" + name, [&target](std::int64_t count) { target = Duration{count}; }, about)
        ->check(CLI::NonNegativeNumber)
        ->default_str(std::to_string(target.count()));
  }
  CLI::Option* declare(const std::string& name, std::vector<std::string>& target,
                       const std::string& about) {
    return app_.add_option("--" + name, target, about)->delimiter(',')->allow_extra_args(false);
  }

  CLI::App& app_;
  std::vector<Setting>& settings_;
};

void declare_server(Declarer& declare, Config& config) {
  declare.add("data-dir", config.storage.data_dir, "where everything is kept");
  declare.add("listen", config.listen, "HOST:PORT to serve on; port 0 takes a free one");
  declare.add("public-url", config.public_url, "base of URLs that are printed; empty: from listen");
  declare.add("log-level", config.log_level, "lines below it are dropped")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}));
  declare.add("paused", config.actors.paused,
              "journal triggers and run nothing until `millrace resume`");
  declare.add("egress-allow", config.egress_allow,
              "CIDR that outgoing calls may reach although it is private; repeatable");
  declare
      .add("channels.fallback", config.channels_fallback,
           "`console`: a channel that is not configured writes to the log")
      ->check(CLI::IsMember({"", "console"}));
}

void declare_storage(Declarer& declare, Config& config) {
  storage::Settings& to = config.storage;
  declare.add("storage.durability", config.durability, "synced, or wal: survives no power cut")
      ->check(CLI::IsMember({"synced", "wal"}));
  declare.add("storage.partitions", to.partitions, "fixed when the data directory is made")
      ->check(CLI::Range(std::uint16_t{1}, limits::partitions_max));
  declare.add("storage.retention-days", to.retention_days, "how long traces are kept")
      ->check(CLI::IsMember({1, 7, 30, 90, 180, 365, 730}));
  declare.add("storage.block-cache-bytes", to.block_cache_bytes, "memory for reading");
  declare.add("storage.wal-bytes-max", to.wal_bytes_max, "older memtables are flushed above it");
}

void declare_actors(Declarer& declare, Config& config) {
  actors::Settings& to = config.actors;
  declare.add("actors.threads", to.threads, "of the scheduler; 0: one per core");
  declare.add("actors.park-after-ms", to.park_after, "a run that waits longer holds no memory");
  declare.add("actors.timer-window", to.timer_window, "timers of a partition held in memory");
  declare.add("actors.snapshot-turns", to.snapshot_turns, "turns between snapshots of a run");
  declare.add("actors.probe-interval-ms", to.probe_interval,
              "between probes for space when the disk is full");
}

void declare_limits(Declarer& declare, Config& config) {
  actors::Settings& to = config.actors;
  declare.add("limits.live-runs", to.live_runs_max, "executions that hold an actor");
  declare.add("limits.gate-triggers", to.gate_triggers_max,
              "accepted and not yet durable; else 429");
  declare.add("limits.gate-bytes", to.gate_bytes_max, "their bytes; else 429");
  declare.add("limits.calls", to.calls_max, "outgoing calls at once");
  declare.add("limits.calls-per-host", to.calls_per_host_max, "of them to one host");
  declare.add("limits.sync-answer-ms", to.sync_answer_deadline,
              "how long a caller waits for a run");
  declare.add("limits.idempotency-window-ms", to.idempotency_window,
              "how long an Idempotency-Key is remembered");
}

void declare_http(Declarer& declare, Config& config) {
  http::ServerLimits& to = config.server;
  declare.add("limits.connections", to.connections_max, "open at once");
  declare.add("limits.connections-per-address", to.connections_per_address_max,
              "of them from one address; loopback is exempt");
  declare.add("limits.header-bytes", to.header_bytes_max, "of one request; else 431");
  declare.add("limits.header-fields", to.header_fields_max, "of one request; else 431");
  declare.add("limits.header-ms", to.header_deadline, "to send a request's header in");
  declare.add("limits.body-grace-ms", to.body_grace, "before a body's minimum rate applies");
  declare.add("limits.body-bytes-per-second", to.body_bytes_per_second_min, "that minimum rate");
  declare.add("limits.keep-alive-ms", to.keep_alive_idle, "an idle connection is closed after it");
  declare.add("limits.write-ms", to.write_deadline, "to take an answer in");
  declare.add("limits.key-requests-per-minute", to.key_requests_per_minute,
              "of one API key; else 429; 0: no bound");
  declare.add("limits.streams", to.streams_max, "live streams open at once; else 429");
  declare.add("limits.streams-per-key", to.streams_per_key_max, "of them with one API key");
}

std::string origin_of(const Setting& setting, const ConfigFile& file,
                      const std::vector<std::string>& arguments) {
  const std::string flag = "--" + setting.name;
  for (const std::string& argument : arguments) {
    if (argument == flag || argument.starts_with(flag + "=")) {
      return "flag " + flag;
    }
  }
  if (in_environment(setting.name)) {
    return "environment " + environment_name(setting.name);
  }
  for (const FileSetting& line : file.settings) {
    if (line.key == setting.key()) {
      return "file line " + std::to_string(line.line);
    }
  }
  return "default";
}

}  // namespace

Options::Options(CLI::App& app, Config& config)
    : state_(std::make_unique<State>(State{config, {}, {}})) {
  Declarer declare(app, state_->settings);
  declare_server(declare, config);
  declare_storage(declare, config);
  declare_actors(declare, config);
  declare_limits(declare, config);
  declare_http(declare, config);
  app.config_formatter(std::make_shared<TomlFile>(state_->file, state_->settings));
  const char* file = std::getenv("MILLRACE_CONFIG");
  const bool named = file != nullptr && *file != '\0';
  app.set_config("--config", named ? file : "", "configuration file (TOML)", named);
}

Options::~Options() = default;

std::vector<Effective> Options::effective(const std::vector<std::string>& arguments) const {
  std::vector<Effective> rows;
  for (const Setting& setting : state_->settings) {
    rows.push_back({setting.key(), setting.value(), origin_of(setting, state_->file, arguments)});
  }
  for (const auto& [name, channel] : state_->file.channels) {
    rows.push_back({"channels." + name + ".url", quoted(channel.url), "file"});
    rows.push_back(
        {"channels." + name + ".secret", channel.secret.empty() ? "\"\"" : "\"***\"", "file"});
  }
  for (const auto& [name, value] : state_->file.env) {
    rows.push_back({"env." + name, quoted(value), "file"});
  }
  return rows;
}

Result<void> Options::finish() {
  Config& config = state_->config;
  for (const auto& [name, channel] : state_->file.channels) {
    config.actors.channels[name] = actors::Channel{channel.url, channel.secret};
  }
  JsonObject env;
  for (const auto& [name, value] : state_->file.env) {
    env[name] = value;
  }
  config.actors.env = std::make_shared<const Json>(std::move(env));
  config.storage.durability =
      config.durability == "wal" ? storage::Durability::wal : storage::Durability::synced;
  config.actors.partitions = config.storage.partitions;
  if (config.actors.threads ==
      0) {  // CAF's own default is four at least, which costs two cores dear
    config.actors.threads = std::max(1U, std::thread::hardware_concurrency());
  }
  config.actors.channel_fallback_console = config.channels_fallback == "console";
  if (config.actors.gate_bytes_max <= limits::api_body_bytes_max) {
    return Error{ErrorCode::configuration,
                 "limits.gate_bytes must be more than the largest body, " +
                     std::to_string(limits::api_body_bytes_max)};
  }
  if (config.actors.live_runs_max == 0 || config.actors.gate_triggers_max == 0) {
    return Error{ErrorCode::configuration,
                 "limits.live_runs and limits.gate_triggers must be 1 or more"};
  }
  return {};
}

}  // namespace millrace::app
