# cmake -C configs/build/sanitized.cmake -B build/sanitized: what the gates run, under ASan and UBSan.
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
# Not optimised: sanitizers at -O1 take g++ twice as long to compile, and the tests are short.
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1" CACHE STRING "")
set(MILLRACE_SANITIZE "address,undefined" CACHE STRING "")
set(MILLRACE_TESTS ON CACHE BOOL "")
set(MILLRACE_PRECOMPILE ON CACHE BOOL "")
