# Finds every library; what is missing is named all at once, together with the Debian packages that bring it.

set(missing_libraries "")
set(missing_packages "")

# need_package(NAME PACKAGE): a library that comes with a CMake configuration, or that CMake has a module for.
macro(need_package name package)
  find_package(${name} QUIET)
  if(NOT ${name}_FOUND)
    list(APPEND missing_libraries ${name})
    list(APPEND missing_packages ${package})
  endif()
endmacro()

# need_library(TARGET HEADER LIBRARY PACKAGE): one that comes with neither; an empty LIBRARY has headers only.
# With CONNPROBE_STATIC the archive is taken where there is one.
include(cmake/ImportLibrary.cmake)
macro(need_library target header library package)
  connprobe_import_library(${target} ${header} "${library}" ${CONNPROBE_STATIC} found)
  if(NOT found)
    list(APPEND missing_libraries ${target})
    list(APPEND missing_packages ${package})
  endif()
endmacro()

if(CONNPROBE_STATIC)
  find_library(OPENSSL_ARCHIVE libssl.a)
  mark_as_advanced(OPENSSL_ARCHIVE)
  if(OPENSSL_ARCHIVE)
    set(OPENSSL_USE_STATIC_LIBS TRUE)
  endif()
endif()

find_package(Threads REQUIRED)
need_package(OpenSSL libssl-dev)
need_package(CLI11 libcli11-dev)
need_package(nlohmann_json nlohmann-json3-dev)
need_package(spdlog libspdlog-dev)
need_package(fmt libfmt-dev)
need_library(asio asio.hpp "" libasio-dev)
need_library(cares ares.h cares libc-ares-dev)
need_library(yaml yaml-cpp/yaml.h yaml-cpp libyaml-cpp-dev)
need_library(http_parser http_parser.h http_parser libhttp-parser-dev)
need_library(re2 re2/re2.h re2 libre2-dev)
need_library(idn2 idn2.h "" libidn2-dev)  # its header alone: it is loaded when it is needed
if(BUILD_TESTING)
  need_package(doctest doctest-dev)
endif()

if(missing_libraries)
  list(JOIN missing_libraries ", " libraries)
  list(JOIN missing_packages " " packages)
  message(FATAL_ERROR "These libraries are missing: ${libraries}.\nOn Debian and Ubuntu they come with\n"
    "  apt-get install ${packages}")
endif()
