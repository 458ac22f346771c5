# One folder is one library. Its tests lie beside its sources and are built into one program.
#
#   ganglion_library(kv
#     SOURCES page_pool.cc
#     TESTS   page_pool_test.cc
#     DEPS    base
#     LINK    PkgConfig::something)
#
# DEPS is checked against tools/lint/layers.txt at configure time, and the includes themselves by
# `tools/dev check`. So a layer cannot be crossed by a forgotten line in either place.

set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
             ${PROJECT_SOURCE_DIR}/tools/lint/layers.txt)
file(STRINGS ${PROJECT_SOURCE_DIR}/tools/lint/layers.txt GANGLION_LAYERS REGEX "^[a-z]")

function(ganglion_rooms)
  foreach(room IN LISTS ARGN)
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${room}/CMakeLists.txt)
      add_subdirectory(${room})
    endif()
  endforeach()
endfunction()

function(ganglion_check_layer name)
  foreach(line IN LISTS GANGLION_LAYERS)
    if(line MATCHES "^${name}[ ]*:(.*)$")
      string(REGEX MATCHALL "[a-z_/]+" allowed "${CMAKE_MATCH_1}")
      foreach(dep IN LISTS ARGN)
        if(NOT dep IN_LIST allowed)
          message(FATAL_ERROR "${name} may not depend on ${dep}; see tools/lint/layers.txt")
        endif()
      endforeach()
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "${name} has no line in tools/lint/layers.txt")
endfunction()

function(ganglion_library name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;TESTS;DEPS;LINK;TEST_LINK")
  ganglion_check_layer(${name} ${ARG_DEPS})
  list(TRANSFORM ARG_DEPS REPLACE "/" "_")
  list(TRANSFORM ARG_DEPS PREPEND "ganglion_")
  string(REPLACE "/" "_" target "ganglion_${name}")

  set(kind PRIVATE)
  set(scope PUBLIC)
  if(NOT ARG_SOURCES)
    add_library(${target} INTERFACE)
    set(kind INTERFACE)
    set(scope INTERFACE)
  else()
    add_library(${target} STATIC ${ARG_SOURCES})
  endif()
  target_include_directories(${target} ${scope} ${PROJECT_SOURCE_DIR})
  target_link_libraries(${target} ${scope} ${ARG_DEPS} ${ARG_LINK} ${kind} ganglion_flags)

  if(ARG_TESTS AND GANGLION_WITH_TESTS)
    add_executable(${target}_test ${ARG_TESTS})
    target_link_libraries(${target}_test PRIVATE ${target} ganglion_testing ganglion_flags
                                                 ${ARG_TEST_LINK} GTest::gmock_main)
    target_compile_definitions(${target}_test PRIVATE
      GANGLION_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    add_test(NAME ${name} COMMAND ${target}_test)
  endif()
endfunction()

# A libFuzzer target. Without GANGLION_WITH_FUZZERS the same text is linked with a main that runs
# the corpus once, as a plain test, so that no fuzzer can rot.
#
#   ganglion_fuzzer(gguf gguf_fuzz.cc CORPUS ${CMAKE_CURRENT_SOURCE_DIR}/corpus)
function(ganglion_fuzzer room source)
  cmake_parse_arguments(PARSE_ARGV 2 ARG "" "CORPUS" "")
  string(REPLACE "/" "_" library "ganglion_${room}")
  get_filename_component(fuzzer ${source} NAME_WE)
  if(GANGLION_WITH_FUZZERS)
    add_executable(${fuzzer} ${source})
    target_compile_options(${fuzzer} PRIVATE -fsanitize=fuzzer)
    target_link_options(${fuzzer} PRIVATE -fsanitize=fuzzer)
    target_link_libraries(${fuzzer} PRIVATE ${library} ganglion_flags)
  elseif(GANGLION_WITH_TESTS)
    add_executable(${fuzzer} ${source} ${PROJECT_SOURCE_DIR}/ganglion/testing/fuzz_main.cc)
    target_link_libraries(${fuzzer} PRIVATE ${library} ganglion_flags)
    add_test(NAME ${room}/${fuzzer}_corpus COMMAND ${fuzzer} ${ARG_CORPUS})
  endif()
endfunction()
