# Benchmarks: built with the tests, so that they keep compiling, and elsewhere on request:
#   cmake --build --preset release --target isinglass_bench
find_package(benchmark QUIET)
file(GLOB_RECURSE bench_sources CONFIGURE_DEPENDS isinglass/*_bench.cpp)
if(benchmark_FOUND AND bench_sources)
  add_executable(isinglass_bench ${bench_sources})
  target_include_directories(isinglass_bench PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(isinglass_bench PRIVATE isinglass benchmark::benchmark_main)
endif()

if(TARGET isinglass_bench AND NOT ISINGLASS_DEVELOPER)
  set_target_properties(isinglass_bench PROPERTIES EXCLUDE_FROM_ALL ON)
endif()
