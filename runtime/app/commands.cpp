// The commands that end by themselves.
#include "runtime/app/commands.hpp"

#include "runtime/app/control_socket.hpp"
#include "runtime/app/key_desk.hpp"
#include "runtime/app/system_clock.hpp"
#include "runtime/app/system_random.hpp"
#include "runtime/engine/program.hpp"

#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <utility>

namespace millrace::app {
namespace {

Result<Json> answer_here(const Config& config, const Json& request) {
  const SystemClock clock;
  SystemRandom random;
  auto store = storage::open(config.storage, clock, random);
  if (!store) {
    return store.error();
  }
  IdGenerator ids(clock, random, (*store)->last_milliseconds());
  const auto change = [&](CatalogChange what) -> Result<ChangeOutcome> {
    std::array<Write, 1> batch{ChangeWrite{std::move(what)}};
    auto committed = (*store)->journal().commit(batch);
    if (!committed) {
      return committed.error();
    }
    return std::get<ChangeWrite>(batch[0]).outcome;
  };
  const KeyDesk desk{change, (*store)->archive(), clock, random, ids};
  auto answer = desk.answer(request);
  (*store)->close();
  if (!answer) {
    return answer.error();
  }
  return Json(*answer);
}

void print_keys(const Json& keys) {
  for (const Json& key : keys.as_array()) {
    std::cout << string_member(key, "id") << "  " << string_member(key, "dialect") << "  "
              << string_member(key, "shown") << "  created " << string_member(key, "created");
    if (const auto revoked = string_member(key, "revoked"); !revoked.empty()) {
      std::cout << "  revoked " << revoked;
    }
    std::cout << '\n';
  }
}

void print_problems(std::string_view severity, const std::vector<Problem>& problems) {
  for (const Problem& problem : problems) {
    std::cout << severity << "  " << problem.path << "  " << problem.code << "  " << problem.message
              << '\n';
  }
}

/// What a definition's trigger node says of itself.
std::string_view trigger_type_of(const Json& definition) {
  const Json* nodes = find_member(definition, "nodes");
  if (nodes == nullptr || !nodes->is_array()) {
    return {};
  }
  for (const Json& node : nodes->get_array()) {
    const Json* data = find_member(node, "data");
    if (string_member(node, "type") == "trigger" && data != nullptr) {
      return string_member(*data, "trigger_type");
    }
  }
  return {};
}

int misused(const std::string& message) {
  std::cerr << "millrace: " << message << '\n';
  return exit_misused;
}

}  // namespace

int key_command(const Config& config, const Json& request) {
  const auto asked = ask_server(config.storage.data_dir, request);
  const Result<Json> answer = asked ? *asked : answer_here(config, request);
  const std::string refused =
      answer ? std::string(string_member(*answer, "error")) : answer.error().message;
  if (!refused.empty()) {
    std::cerr << "millrace: " << refused << '\n';
    return exit_failed;
  }
  if (const Json* keys = find_member(*answer, "keys")) {
    print_keys(*keys);
  } else if (const auto key = string_member(*answer, "key"); !key.empty()) {
    std::cout << key << '\n';
  } else {
    std::cout << string_member(*answer, "id") << " is revoked\n";
  }
  return exit_done;
}

int resume_server(const Config& config) {
  const auto answer = ask_server(config.storage.data_dir, JsonObject{{"command", "resume"}});
  if (!answer || !*answer) {
    std::cerr << "millrace: "
              << (answer ? answer->error().message : "no server runs in " + config.storage.data_dir)
              << '\n';
    return exit_failed;
  }
  const Json* was_paused = find_member(**answer, "was_paused");
  const bool resumed = was_paused != nullptr && was_paused->is_bool() && was_paused->get_bool();
  std::cout << (resumed ? "resumed\n" : "it was not paused\n");
  return exit_done;
}

int validate_file(const std::string& path, const std::string& trigger_type) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return misused("cannot read " + path);
  }
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const auto body = parse_json(text);
  if (!body) {
    std::cout << "error  $  INVALID_JSON  " << body.error().message << '\n';
    return exit_failed;
  }
  const Json* inner = find_member(*body, "definition");
  const Json& definition = inner != nullptr ? *inner : *body;
  std::string_view type_name = trigger_type;
  for (const std::string_view found :
       {string_member(*body, "trigger_type"), trigger_type_of(definition)}) {
    type_name = type_name.empty() ? found : type_name;
  }
  const auto type = parse_trigger_type(type_name.empty() ? "api" : type_name);
  if (!type) {
    std::cout << "error  $.trigger_type  UNKNOWN_TRIGGER_TYPE  '" << type_name
              << "' is no trigger type\n";
    return exit_failed;
  }
  const CompiledFlow compiled =
      compile_flow(FlowId{}, 1, string_member(*body, "name"), *type, definition);
  print_problems("error", compiled.problems.errors);
  print_problems("warning", compiled.problems.warnings);
  std::cout << path << ": " << compiled.problems.errors.size() << " errors, "
            << compiled.problems.warnings.size() << " warnings\n";
  return compiled.problems.errors.empty() ? exit_done : exit_failed;
}

int check_config(const std::vector<Effective>& effective) {
  for (const Effective& row : effective) {
    std::cout << row.key << " = " << row.value << "  # " << row.origin << '\n';
  }
  return exit_done;
}

int print_version() {
  std::cout << "millrace " << MILLRACE_VERSION << '\n';
  return exit_done;
}

}  // namespace millrace::app
