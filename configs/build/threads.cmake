# cmake -C configs/build/threads.cmake -B build/threads: floor and http under TSan. What holds CAF or RocksDB is
# not run there: Debian's are not instrumented and reports may be false.
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
# Not optimised: sanitizers at -O1 take g++ twice as long to compile, and the tests are short.
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1" CACHE STRING "")
set(MILLRACE_SANITIZE "thread" CACHE STRING "")
set(MILLRACE_TESTS ON CACHE BOOL "")
set(MILLRACE_PRECOMPILE ON CACHE BOOL "")
