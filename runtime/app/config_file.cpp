// Walks the parsed tables once, flattening names with dots.
#include "runtime/app/config_file.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace millrace::app {
namespace {

Error error_at(const toml::source_region& source, const std::string& what) {
  return Error{ErrorCode::configuration, "line " + std::to_string(source.begin.line) + ", column " +
                                             std::to_string(source.begin.column) + ": " + what};
}

std::optional<std::string> scalar_text(const toml::node& node) {
  if (const auto* text = node.as_string()) {
    return text->get();
  }
  if (const auto* number = node.as_integer()) {
    return std::to_string(number->get());
  }
  if (const auto* flag = node.as_boolean()) {
    return flag->get() ? "true" : "false";
  }
  return std::nullopt;
}

class Reader {
 public:
  explicit Reader(std::span<const std::string> known) : known_(known) {}

  Result<ConfigFile> read(const toml::table& root) {
    walk(root, "");
    if (error_) {
      return *error_;
    }
    return std::move(file_);
  }

 private:
  void walk(const toml::table& table, const std::string& prefix) {
    for (const auto& [name, node] : table) {
      if (error_) {
        return;
      }
      const std::string key = prefix + std::string(name.str());
      if (const auto* inner = node.as_table()) {
        enter(*inner, key, std::string(name.str()));
      } else {
        add_setting(key, node, name.source());
      }
    }
  }

  void enter(const toml::table& table, const std::string& key, const std::string& name) {
    if (key == "env") {
      read_env(table);
    } else if (key == "channels." + name) {
      read_channel(table, name);
    } else {
      walk(table, key + ".");
    }
  }

  void add_setting(const std::string& key, const toml::node& node,
                   const toml::source_region& source) {
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) {
      error_ = error_at(source, "unknown key '" + key + "'");
      return;
    }
    FileSetting setting{key, {}, source.begin.line};
    if (const auto* array = node.as_array()) {
      for (const auto& item : *array) {
        append(setting, item);
      }
    } else {
      append(setting, node);
    }
    if (!setting.values.empty()) {
      file_.settings.push_back(std::move(setting));
    }
  }

  void append(FileSetting& setting, const toml::node& node) {
    auto text = scalar_text(node);
    if (!text) {
      error_ = error_at(node.source(),
                        "'" + setting.key + "' must be a string, an integer or a boolean");
      return;
    }
    setting.values.push_back(std::move(*text));
  }

  void read_env(const toml::table& table) {
    for (const auto& [name, node] : table) {
      auto text = scalar_text(node);
      if (!text) {
        error_ = error_at(node.source(), "'env." + std::string(name.str()) + "' must be a string");
        return;
      }
      file_.env[std::string(name.str())] = std::move(*text);
    }
  }

  void read_channel(const toml::table& table, const std::string& channel) {
    FileChannel& target = file_.channels[channel];
    for (const auto& [name, node] : table) {
      const auto* text = node.as_string();
      std::string* field = name == "url"      ? &target.url
                           : name == "secret" ? &target.secret
                                              : nullptr;
      if (field == nullptr) {
        error_ = error_at(name.source(), "unknown key 'channels." + channel + "." +
                                             std::string(name.str()) + "'; known: url, secret");
        return;
      }
      if (text == nullptr) {
        error_ = error_at(node.source(), "a channel's url and secret are strings");
        return;
      }
      *field = text->get();
    }
    if (target.url.empty()) {
      error_ = error_at(table.source(), "channel '" + channel + "' has no url");
    }
  }

  std::span<const std::string> known_;
  ConfigFile file_;
  std::optional<Error> error_;
};

}  // namespace

Result<ConfigFile> read_config_file(std::string_view text, std::span<const std::string> known) {
  try {
    const toml::table root = toml::parse(text);
    return Reader(known).read(root);
  } catch (const toml::parse_error& problem) {
    return error_at(problem.source(), std::string(problem.description()));
  }
}

}  // namespace millrace::app
