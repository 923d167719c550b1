# The versions that `connprobe --version --verbose` shows of libraries that cannot be asked at run time, as definitions:
# some tell CMake alone, and the headers of the others are expensive to include.

find_package(yaml-cpp QUIET)
file(STRINGS ${connprobe_asio_INCLUDE_DIR}/asio/version.hpp asio_VERSION REGEX "define ASIO_VERSION [0-9]+ // ")
string(REGEX REPLACE ".*// " "" asio_VERSION "${asio_VERSION}")

set(library_versions "")
foreach(library asio CLI11 nlohmann_json yaml-cpp spdlog fmt)
  string(MAKE_C_IDENTIFIER "CONNPROBE_${library}_VERSION" name)
  string(TOUPPER ${name} name)
  list(APPEND library_versions "${name}=\"${${library}_VERSION}\"")
endforeach()
