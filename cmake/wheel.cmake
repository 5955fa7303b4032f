# add_embedded_wheel(TARGET): builds the wheel of python/ and an archive of its package `utilities`, which is not in the wheel,
# and links both into TARGET, which sees them through app/embedded_wheel.hpp. So the install stays one file, and the packages
# always match their server.
find_package(Python3 COMPONENTS Interpreter REQUIRED)
enable_language(ASM)

function(add_embedded_wheel target)
  set(maker ${CMAKE_SOURCE_DIR}/cmake/make_wheel.py)
  set(folder ${CMAKE_SOURCE_DIR}/python)
  execute_process(
    COMMAND ${Python3_EXECUTABLE} ${maker} ${folder} --print-name
    OUTPUT_VARIABLE name OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  set(wheel ${CMAKE_BINARY_DIR}/wheel/${name})
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/wheel)

  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/azureml/*)
  list(FILTER sources EXCLUDE REGEX "__pycache__")
  add_custom_command(
    OUTPUT ${wheel}
    COMMAND ${Python3_EXECUTABLE} ${maker} ${folder} ${wheel}
    DEPENDS ${maker} ${folder}/pyproject.toml ${sources}
    VERBATIM)

  set(utilities ${CMAKE_BINARY_DIR}/wheel/utilities.zip)
  file(GLOB_RECURSE utility_sources CONFIGURE_DEPENDS ${folder}/utilities/*)
  list(FILTER utility_sources EXCLUDE REGEX "__pycache__")
  add_custom_command(
    OUTPUT ${utilities}
    COMMAND ${Python3_EXECUTABLE} ${maker} ${folder} ${utilities} --package utilities
    DEPENDS ${maker} ${utility_sources}
    VERBATIM)

  set(assembly ${CMAKE_BINARY_DIR}/wheel/wheel.S)
  file(GENERATE OUTPUT ${assembly} CONTENT "\
  .section .rodata
  .global kHomeportWheelBegin
  .global kHomeportWheelEnd
  .balign 16
kHomeportWheelBegin:
  .incbin \"${wheel}\"
kHomeportWheelEnd:
  .global kHomeportUtilitiesBegin
  .global kHomeportUtilitiesEnd
kHomeportUtilitiesBegin:
  .incbin \"${utilities}\"
kHomeportUtilitiesEnd:
  .global kHomeportWheelName
kHomeportWheelName:
  .asciz \"${name}\"
  .section .note.GNU-stack,\"\",@progbits
")
  set_source_files_properties(${assembly} PROPERTIES OBJECT_DEPENDS "${wheel};${utilities}")
  add_library(${target}_wheel OBJECT ${assembly} ${CMAKE_SOURCE_DIR}/src/app/embedded_wheel.cpp)
  target_include_directories(${target}_wheel PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(${target} PRIVATE ${target}_wheel)
endfunction()
