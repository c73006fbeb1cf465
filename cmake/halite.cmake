# Compiler settings and the two helpers every folder uses:
#   halite_library(NAME [WAITS] [DEPENDS targets...] [EXCLUDE patterns...])
#                                                       one static library from all sources of the folder
#   halite_program(NAME SOURCE [DEPENDS targets...])    a program of one small source file
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g0")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
if(HALITE_FUZZ)
  set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")  # a fuzzer lives by its speed
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

# A quicker linker, where there is one.
find_program(MOLD mold)
if(MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 12.1)
  add_link_options(-fuse-ld=mold)
endif()

add_library(halite_flags INTERFACE)
target_compile_options(halite_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Werror
  # GCC 12 sees overflows in std::string at -O2 that are not there (its bug 105651 and relatives).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-stringop-overflow -Wno-array-bounds>
  -fno-strict-aliasing -fstack-protector-strong -ffunction-sections -fdata-sections
  $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
target_compile_definitions(halite_flags INTERFACE
  HALITE_VERSION="${PROJECT_VERSION}"
  $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
target_include_directories(halite_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_link_options(halite_flags INTERFACE -Wl,--as-needed -Wl,--gc-sections -Wl,-z,relro -Wl,-z,now)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(HALITE_SANITIZE)
  target_compile_options(halite_flags INTERFACE -fsanitize=${HALITE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(halite_flags INTERFACE -fsanitize=${HALITE_SANITIZE})
  if(HALITE_SANITIZE STREQUAL "thread")
    # Asio's fences stand beside atomics that the sanitizer follows.
    target_compile_options(halite_flags INTERFACE -Wno-tsan)
  endif()
endif()
if(HALITE_LTO)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp REQUIRED)
if(NOT HALITE_SANITIZE)  # sanitizers bring an allocator of their own
  find_package(mimalloc REQUIRED)
endif()
pkg_check_modules(ZMQ REQUIRED IMPORTED_TARGET libzmq)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)
pkg_check_modules(GIT2 REQUIRED IMPORTED_TARGET libgit2)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)

# Two precompiled headers: one for everything, and one with coroutines for what waits on the loop (halite_library WAITS).
# Off in the debug preset, where a missing include should show.
option(HALITE_FAST_BUILD "Precompiled headers" OFF)
if(HALITE_FAST_BUILD)
  set(common_headers <algorithm> <chrono> <functional> <map> <memory> <optional> <string> <string_view> <utility> <variant>
    <vector> <fmt/format.h> ${PROJECT_SOURCE_DIR}/common/data/value.h ${PROJECT_SOURCE_DIR}/common/base/error.h
    ${PROJECT_SOURCE_DIR}/common/base/strings.h ${PROJECT_SOURCE_DIR}/common/data/schema.h)
  add_library(halite_pch STATIC ${PROJECT_SOURCE_DIR}/cmake/empty.cpp)
  target_link_libraries(halite_pch PUBLIC halite_flags fmt::fmt)
  target_precompile_headers(halite_pch PRIVATE ${common_headers})
  add_library(halite_waiting_pch STATIC ${PROJECT_SOURCE_DIR}/cmake/empty.cpp)
  target_link_libraries(halite_waiting_pch PUBLIC halite_flags fmt::fmt Boost::headers)
  target_precompile_headers(halite_waiting_pch PRIVATE ${common_headers} ${PROJECT_SOURCE_DIR}/common/wire/loop.h)
  # Never from a cache: it may hold the header as another checkout, or a moment of editing, had it.
  set_target_properties(halite_pch halite_waiting_pch PROPERTIES CXX_COMPILER_LAUNCHER "")
endif()

function(halite_library name)
  cmake_parse_arguments(arg "WAITS" "" "DEPENDS;EXCLUDE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "(/main\\.cpp|_main\\.cpp)$")
  foreach(pattern ${arg_EXCLUDE})
    list(FILTER sources EXCLUDE REGEX "${pattern}")
  endforeach()
  if(NOT sources)
    set(sources ${PROJECT_SOURCE_DIR}/cmake/empty.cpp)
  endif()
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC halite_flags ${arg_DEPENDS})
  if(HALITE_FAST_BUILD AND arg_WAITS)
    target_precompile_headers(${name} REUSE_FROM halite_waiting_pch)
  elseif(HALITE_FAST_BUILD)
    target_precompile_headers(${name} REUSE_FROM halite_pch)
  endif()
endfunction()

function(halite_program name source)
  cmake_parse_arguments(arg "" "" "DEPENDS" ${ARGN})
  add_executable(${name} ${source})
  target_link_libraries(${name} PRIVATE halite_flags ${arg_DEPENDS})
endfunction()
