# cmake -C configs/build/release.cmake -B build/release: what runs in production. Assertions stay on.
set(CMAKE_BUILD_TYPE Release CACHE STRING "")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1" CACHE STRING "")
set(MILLRACE_BENCH ON CACHE BOOL "")
