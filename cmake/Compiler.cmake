# Warnings, sanitizers and definitions that hold for everything built here.

add_compile_definitions(CONNPROBE_VERSION="${PROJECT_VERSION}")
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 sees a mismatch in Asio's coroutine frames that is not there.
  add_compile_options(-Wno-mismatched-new-delete)
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
  if(CONNPROBE_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Asio's fences go unseen by the sanitizer; nothing here relies on them alone.
    add_compile_options(-Wno-tsan)
  endif()
endif()

# precompile(TARGET HEADER...): headers that most files of a target read, read once. Only for the sanitizers, whose builds
# take the longest: everywhere else each file has to include what it needs.
function(precompile target)
  if(CONNPROBE_SANITIZE)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()
