// `millrace_bench MEASURE ARGUMENTS…`: one measurement a process, so that none warms another's
// memory.
#include "tests/bench/measures.hpp"

#include <charconv>
#include <exception>
#include <iostream>
#include <string_view>
#include <vector>

namespace {

std::size_t number(std::string_view text) {
  std::size_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

int measure(const std::vector<std::string>& arguments) {
  const std::string name = arguments.empty() ? "" : arguments[0];
  const std::string folder = arguments.size() > 1 ? arguments[1] : "";
  if (name == "engine") {
    millrace::bench::engine_turns(1.0);
  } else if (name == "writer" && arguments.size() == 4) {
    millrace::bench::writer_rate(folder, number(arguments[2]), number(arguments[3]));
  } else if (name == "parked" && arguments.size() == 3) {
    millrace::bench::parked_memory(folder, number(arguments[2]));
  } else if (name == "opened" && arguments.size() == 2) {
    millrace::bench::opened_memory(folder);
  } else if (name == "live" && arguments.size() == 3) {
    millrace::bench::live_memory(folder, number(arguments[2]));
  } else if (name == "lists" && arguments.size() == 3) {
    millrace::bench::list_pages(folder, number(arguments[2]));
  } else if (name == "compact" && arguments.size() == 2) {
    millrace::bench::compacted_bytes(folder);
  } else {
    std::cerr
        << "usage: millrace_bench engine | writer DIR LIVE COUNT | parked DIR COUNT | opened DIR"
           " | live DIR COUNT | lists DIR COUNT | compact DIR\n";
    return 2;
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    return measure({arguments + 1, arguments + count});
  } catch (const std::exception& failure) {
    std::cerr << "millrace_bench: " << failure.what() << '\n';
    return 1;
  }
}
