# What `cmake --install` puts where; the program is stripped, its completions are made by itself.

include(GNUInstallDirs)

install(CODE "set(CMAKE_INSTALL_DO_STRIP TRUE)")
install(TARGETS connprobe RUNTIME)
install(TARGETS connprobe_lib connprobe_pool EXPORT connprobe ARCHIVE INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY include/connprobe TYPE INCLUDE)

include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/connprobe)
configure_package_config_file(cmake/connprobeConfig.cmake.in connprobeConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(connprobeConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(EXPORT connprobe NAMESPACE connprobe:: FILE connprobeTargets.cmake DESTINATION ${package_dir})
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/connprobeConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/connprobeConfigVersion.cmake
  cmake/ImportLibrary.cmake DESTINATION ${package_dir})

file(GLOB man1 CONFIGURE_DEPENDS man/*.1)
file(GLOB man5 CONFIGURE_DEPENDS man/*.5)
file(GLOB man7 CONFIGURE_DEPENDS man/*.7)
install(FILES ${man1} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${man5} DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES ${man7} DESTINATION ${CMAKE_INSTALL_MANDIR}/man7)
install(FILES README.md CHANGELOG.md LICENSE docs/pool.md TYPE DOC)
install(DIRECTORY configs/ DESTINATION ${CMAKE_INSTALL_DATADIR}/connprobe/schema FILES_MATCHING PATTERN "*.schema.json")
install(DIRECTORY configs/ DESTINATION ${CMAKE_INSTALL_DATADIR}/connprobe/examples
  PATTERN "*.schema.json" EXCLUDE)

function(install_completion shell folder file)
  set(made ${CMAKE_CURRENT_BINARY_DIR}/completions/${file})
  install(CODE "
    file(MAKE_DIRECTORY [[${CMAKE_CURRENT_BINARY_DIR}/completions]])
    execute_process(COMMAND [[$<TARGET_FILE:connprobe>]] completion ${shell} OUTPUT_FILE [[${made}]]
      COMMAND_ERROR_IS_FATAL ANY)")
  install(FILES ${made} DESTINATION ${CMAKE_INSTALL_DATADIR}/${folder})
endfunction()
install_completion(bash bash-completion/completions connprobe)
install_completion(zsh zsh/vendor-completions _connprobe)
install_completion(fish fish/vendor_completions.d connprobe.fish)
