# Warnings, sanitizers and the fast tool chain (ccache, mold), applied to every target of ours.

set(HOMEPORT_SANITIZE "" CACHE STRING "sanitizers of this build, as -fsanitize takes them: address,undefined or thread")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_library(homeport_warnings INTERFACE)
target_compile_options(
  homeport_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast
                              -Wnon-virtual-dtor -Wimplicit-fallthrough -Werror)
# GCC 12 sees overlaps in string concatenation that are not there (its bug 105651).
target_compile_options(homeport_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)

if(HOMEPORT_SANITIZE)
  add_compile_options(-fsanitize=${HOMEPORT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${HOMEPORT_SANITIZE})
endif()

if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
endif()
