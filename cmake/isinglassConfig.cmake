# find_package(isinglass) gives the target isinglass::isinglass.
include(CMakeFindDependencyMacro)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_dependency(Threads)
find_dependency(fmt)
find_dependency(hwy)
find_dependency(ZLIB)
find_dependency(PNG)
include(${CMAKE_CURRENT_LIST_DIR}/isinglassTargets.cmake)
