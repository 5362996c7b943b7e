// The command line: one command chosen, its arguments checked, its function called.
#pragma once

namespace millrace::app {

/// Exit code: 0 done, 1 the command failed (or found errors), 2 the command line or the
/// configuration is wrong.
int run_command_line(int count, const char* const* arguments);

}  // namespace millrace::app
