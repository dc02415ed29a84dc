# One test program for each room, one for the command line, one for tests/, which spans rooms.
# A suite whose name begins with "Slow" is left out where time is short (sanitizers). Under AddressSanitizer a program
# runs in four parts instead of a process for each test: starting a process costs more than most tests.
enable_testing()
include(GoogleTest)
find_package(GTest REQUIRED)

function(isinglass_test name)
  add_executable(${name} ${ARGN})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE isinglass $<TARGET_NAME_IF_EXISTS:isinglass_cli> fmt::fmt
                                        isinglass_headers ZLIB::ZLIB GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE ISINGLASS_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  if(TARGET isinglass_command)
    target_compile_definitions(${name} PRIVATE ISINGLASS_BINARY="$<TARGET_FILE:isinglass_command>")
    add_dependencies(${name} isinglass_command)
  endif()
  if(ISINGLASS_SANITIZE MATCHES "address")
    set(parts 4)
    foreach(part RANGE 1 ${parts})
      math(EXPR index "${part} - 1")
      add_test(NAME ${name}/${part} COMMAND ${name} --gtest_brief=1 --gtest_filter=-Slow*:*/Slow*)
      set_tests_properties(${name}/${part} PROPERTIES TIMEOUT 900
                           ENVIRONMENT "GTEST_TOTAL_SHARDS=${parts};GTEST_SHARD_INDEX=${index}")
    endforeach()
  else()
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
  endif()
endfunction()

# ThreadSanitizer looks at the rooms whose code runs on several threads, and at tests/.
set(rooms_with_threads base kernels model train record search serve)
file(GLOB folders CONFIGURE_DEPENDS LIST_DIRECTORIES true isinglass/*)
foreach(folder IN LISTS folders)
  file(GLOB_RECURSE room_tests CONFIGURE_DEPENDS ${folder}/*_test.cpp)
  cmake_path(GET folder FILENAME room)
  if(room_tests AND (NOT ISINGLASS_SANITIZE STREQUAL "thread" OR room IN_LIST rooms_with_threads))
    isinglass_test(isinglass_${room}_test ${room_tests})
  endif()
endforeach()

file(GLOB command_tests CONFIGURE_DEPENDS cli/*_test.cpp)
if(command_tests AND NOT ISINGLASS_SANITIZE STREQUAL "thread")
  isinglass_test(isinglass_cli_test ${command_tests})
endif()
file(GLOB spanning_tests CONFIGURE_DEPENDS tests/*.cpp)
if(spanning_tests)
  isinglass_test(isinglass_spanning_test ${spanning_tests})
endif()

# The command as of another version, for a rank that is not like the others.
if(TARGET isinglass_mpi AND spanning_tests)
  add_executable(isinglass_other_version cli/main.cpp cli/ranks.cpp)
  set_target_properties(isinglass_other_version PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
  target_compile_options(isinglass_other_version PRIVATE -UISINGLASS_VERSION -DISINGLASS_VERSION="0.0.1")
  target_include_directories(isinglass_other_version PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(isinglass_other_version PRIVATE $<TARGET_FILE:isinglass_cli> isinglass fmt::fmt isinglass_headers)
  add_dependencies(isinglass_other_version isinglass_cli)
  add_dependencies(isinglass_spanning_test isinglass_other_version)
endif()

# Numbers, contracts and determinism once more with each of the other instruction sets of x86-64; where the processor
# lacks one, its test fails in naming it and is skipped.
foreach(set IN ITEMS AVX2 SSE4 SCALAR)
  if(TARGET isinglass_spanning_test AND CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    add_test(NAME SlowInstructionSet.${set}
             COMMAND isinglass_spanning_test --gtest_brief=1
                     --gtest_filter=Golden*:*Layer*:*NetworkOracle*:Determinism*:Threads*:Resume*:Checkpoint*:Trainer*:Activations*)
    set_tests_properties(SlowInstructionSet.${set} PROPERTIES TIMEOUT 600
                         ENVIRONMENT ISINGLASS_INSTRUCTION_SET=${set}
                         SKIP_REGULAR_EXPRESSION "instruction set '${set}' is not available here")
  endif()
endforeach()

# The embedding example is built as a stranger would build it: against the installed package.
if(EXISTS ${PROJECT_SOURCE_DIR}/examples/embedding/CMakeLists.txt AND NOT ISINGLASS_SANITIZE
   AND NOT CMAKE_CXX_FLAGS MATCHES "coverage")
  add_test(NAME Embedding.BuildsAgainstTheInstalledPackage
           COMMAND ${CMAKE_COMMAND} -D BUILD=${PROJECT_BINARY_DIR}
                   -D EXAMPLE=${PROJECT_SOURCE_DIR}/examples/embedding -D GENERATOR=${CMAKE_GENERATOR}
                   -D COMPILER=${CMAKE_CXX_COMPILER}
                   -D "EXPECTED=0 xor 0 = 0[.]0.*0 xor 1 = (0[.]9|1[.]0).*1 xor 0 = (0[.]9|1[.]0).*1 xor 1 = 0[.]0"
                   -P ${PROJECT_SOURCE_DIR}/cmake/test_embedding.cmake)
endif()

# What ./test counts. Where PyTorch is installed, the committed numbers of the oracle are computed again; Debian's Python
# has it.
find_program(SYSTEM_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(SYSTEM_PYTHON)
  add_test(NAME TestReport.CountsWhatRan
           COMMAND ${SYSTEM_PYTHON} tools/test_report_test.py WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  foreach(oracle Network Layer)
    string(TOLOWER ${oracle} name)
    add_test(NAME ${oracle}Oracle.FileAgreesWithPyTorch
             COMMAND ${SYSTEM_PYTHON} tools/make_${name}_golden.py --check WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(${oracle}Oracle.FileAgreesWithPyTorch PROPERTIES SKIP_RETURN_CODE 77)
  endforeach()
endif()

# The studio in a browser, where there is one; a test for each file, beside which nothing else runs: pages wait for frames.
find_program(NODE_PROGRAM node)
if(NODE_PROGRAM AND TARGET isinglass_command AND EXISTS ${PROJECT_SOURCE_DIR}/studio/dist/index.html
   AND NOT ISINGLASS_SANITIZE)
  file(GLOB browser_tests CONFIGURE_DEPENDS tests/browser/*_test.mjs)
  foreach(file IN LISTS browser_tests)
    cmake_path(GET file STEM name)
    add_test(NAME Studio.InABrowser/${name} COMMAND ${NODE_PROGRAM} tests/browser/main.mjs ${name}.mjs
             WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(Studio.InABrowser/${name} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 600 PROCESSORS 2
                         ENVIRONMENT ISINGLASS_BINARY=$<TARGET_FILE:isinglass_command>)
  endforeach()
  if(EXISTS ${PROJECT_SOURCE_DIR}/studio/node_modules)
    add_test(NAME Studio.DrawingCode COMMAND ${NODE_PROGRAM} node_modules/vitest/vitest.mjs run
             WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}/studio)
  endif()
endif()

# The comparison with others, two steps a run, and the page made from its numbers; neither looks at a time. The examples
# of docs/run-store.md.
if(SYSTEM_PYTHON AND TARGET isinglass_command)
  if(NOT ISINGLASS_SANITIZE)
    add_test(NAME Compare.BesideMadeUpRivals
             COMMAND ${SYSTEM_PYTHON} bench/compare_test.py $<TARGET_FILE:isinglass_command>
             WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  endif()
  add_test(NAME RecordCommand.ExamplesOfThePageReadTheStore
           COMMAND ${SYSTEM_PYTHON} tests/run_store_page_test.py $<TARGET_FILE:isinglass_command>
           WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  add_test(NAME Compare.PageIsWhatTheNumbersMake
           COMMAND ${SYSTEM_PYTHON} tools/performance_page.py --check WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
endif()
