// Beliefs, checked in every build. Never used on input: what we are told is checked and answered
// with an Error.
#pragma once

namespace millrace {
/// Prints the belief and its place to standard error and aborts.
[[noreturn]] void assertion_failed(const char* belief, const char* file, int line);
}  // namespace millrace

#define MR_ASSERT(belief) \
  (static_cast<bool>(belief) ? void() : ::millrace::assertion_failed(#belief, __FILE__, __LINE__))
