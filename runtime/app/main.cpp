// The front door. Exceptions that got this far end here.
#include "runtime/app/cli.hpp"

#include <exception>
#include <iostream>

int main(int count, char** arguments) {
  try {
    return millrace::app::run_command_line(count, arguments);
  } catch (const std::exception& failure) {
    std::cerr << "millrace: " << failure.what() << '\n';
    return 1;
  }
}
