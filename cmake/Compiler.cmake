# Warnings, sanitizers and definitions that hold for everything built here.

add_compile_definitions(CONNPROBE_VERSION="${PROJECT_VERSION}")
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 sees a mismatch in Asio's coroutine frames that is not there.
  add_compile_options(-Wno-mismatched-new-delete)
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # std::stable_sort of libstdc++ 12 calls what C++17 deprecates.
  add_compile_options(-Wno-deprecated-declarations)
endif()
if(CONNPROBE_WERROR)
  add_compile_options(-Werror)
endif()
if(CONNPROBE_SANITIZE)
  add_compile_options(-fsanitize=${CONNPROBE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${CONNPROBE_SANITIZE})
  if(CONNPROBE_SANITIZE MATCHES "undefined")
    # A third of the build's time: a null pointer is found by the address sanitizer, x86 and ARM read what is not aligned.
    add_compile_options(-fno-sanitize=null,alignment,vptr)
  endif()
endif()

# Several files are read as one by all presets but debug, which holds each file to including what it needs.
if(CMAKE_UNITY_BUILD)
  # These take what stands in another file's unnamed namespace for a header's.
  add_compile_options(-Wno-shadow $<$<CXX_COMPILER_ID:GNU>:-Wshadow=local> $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()

# Each says something in its unnamed namespace that others say, too, or reads a header that is dear.
set_source_files_properties(src/config/json.cpp src/config/yaml.cpp src/net/tls_alerts.cpp src/net/tls_errors.cpp
  PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)

# precompile(TARGET HEADER...): for the tests, which are not read as one: headers that most of them read, read once.
function(precompile target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)
  if(CMAKE_UNITY_BUILD)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()
