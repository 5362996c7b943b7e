# How every target of the house is built: warnings are errors, ccache and mold where present.
find_program(MILLRACE_CCACHE ccache)
if(MILLRACE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${MILLRACE_CCACHE}")
endif()
find_program(MILLRACE_MOLD mold)
if(MILLRACE_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_library(millrace_options INTERFACE)
target_include_directories(millrace_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(millrace_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -fno-omit-frame-pointer)
if(MILLRACE_SANITIZE)
  target_compile_options(millrace_options INTERFACE
    -fsanitize=${MILLRACE_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(millrace_options INTERFACE -fsanitize=${MILLRACE_SANITIZE})
  if(MILLRACE_SANITIZE MATCHES "undefined")
    # CAF 0.17 forms null references for function actors without arguments.
    target_compile_options(millrace_options INTERFACE -fno-sanitize=null)
  endif()
endif()

# millrace_library(NAME SOURCES a.cpp … LINK PUBLIC … PRIVATE …): target millrace_NAME.
function(millrace_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(millrace_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(millrace_${name} PUBLIC millrace_options ${ARG_LINK})
endfunction()

# millrace_test(NAME LABEL unit SOURCES … LINK …): one GoogleTest binary, one ctest case per test.
function(millrace_test name)
  cmake_parse_arguments(ARG "" "LABEL" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gtest GTest::gtest_main)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${ARG_LABEL} TIMEOUT 300)
endfunction()
