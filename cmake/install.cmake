# cmake --install: the library with its headers for find_package(isinglass), and the command.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/isinglass)
install(TARGETS isinglass EXPORT isinglassTargets FILE_SET HEADERS)
install(EXPORT isinglassTargets NAMESPACE isinglass:: DESTINATION ${package_dir})
write_basic_package_version_file(isinglassConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES cmake/isinglassConfig.cmake ${PROJECT_BINARY_DIR}/isinglassConfigVersion.cmake
        DESTINATION ${package_dir})
if(TARGET isinglass_command)
  install(TARGETS isinglass_command)
endif()
