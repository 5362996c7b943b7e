# How every target of the house is built: warnings are errors, ccache and mold where present.
find_program(MILLRACE_CCACHE ccache)
if(MILLRACE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER  # what ccache asks of those who precompile headers
    "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros "${MILLRACE_CCACHE}")
endif()
find_program(MILLRACE_MOLD mold)
if(MILLRACE_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_library(millrace_options INTERFACE)
target_include_directories(millrace_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(millrace_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -fno-omit-frame-pointer -pthread)
if(MILLRACE_SANITIZE)
  target_compile_options(millrace_options INTERFACE
    -fsanitize=${MILLRACE_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(millrace_options INTERFACE -fsanitize=${MILLRACE_SANITIZE})
  if(MILLRACE_SANITIZE MATCHES "undefined")
    # CAF 0.17 forms null references for function actors without arguments.
    target_compile_options(millrace_options INTERFACE -fno-sanitize=null)
  endif()
endif()

# What nearly every file includes, parsed once: a quarter of a file's compile time. The release does
# without, so that a file that forgets an include does not build there.
function(millrace_precompile name)
  if(NOT MILLRACE_PRECOMPILE)
    return()
  endif()
  if(name STREQUAL millrace_base)
    target_precompile_headers(${name} PRIVATE <algorithm> <array> <atomic> <charconv> <chrono>
      <condition_variable> <deque> <functional> <map> <memory> <mutex> <optional> <shared_mutex>
      <span> <string> <string_view> <thread> <unordered_map> <utility> <variant> <vector>
      <boost/json.hpp> <boost/system/result.hpp>)
  else()
    target_precompile_headers(${name} REUSE_FROM millrace_base)
  endif()
endfunction()

# millrace_library(NAME SOURCES a.cpp … LINK PUBLIC … PRIVATE …): target millrace_NAME.
function(millrace_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(millrace_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(millrace_${name} PUBLIC millrace_options ${ARG_LINK})
  if(ARG_LINK)  # what links nothing lacks the definitions that base's precompiled headers ask for
    millrace_precompile(millrace_${name})
  endif()
endfunction()

# millrace_test(NAME LABEL unit SOURCES … LINK …): one GoogleTest binary, one ctest case per test.
function(millrace_test name)
  cmake_parse_arguments(ARG "" "LABEL" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gtest GTest::gtest_main)
  millrace_precompile(${name})
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${ARG_LABEL} TIMEOUT 300)
endfunction()
