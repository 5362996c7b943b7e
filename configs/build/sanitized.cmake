# cmake -C configs/build/sanitized.cmake -B build/sanitized: what the gates run, under ASan and UBSan.
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1" CACHE STRING "")
set(MILLRACE_SANITIZE "address,undefined" CACHE STRING "")
set(MILLRACE_TESTS ON CACHE BOOL "")
