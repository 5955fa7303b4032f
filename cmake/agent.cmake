# add_embedded_agent(TARGET): links the agent's executable into TARGET, which sees it through
# app/embedded_agent.hpp. So the install stays one file, and every node runs the agent of its server.
enable_language(ASM)

function(add_embedded_agent target)
  set(agent ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/homeport-agent)
  set(assembly ${CMAKE_BINARY_DIR}/agent/${target}.S)
  file(GENERATE OUTPUT ${assembly} CONTENT "\
  .section .rodata
  .global kHomeportAgentBegin
  .global kHomeportAgentEnd
  .balign 16
kHomeportAgentBegin:
  .incbin \"${agent}\"
kHomeportAgentEnd:
  .section .note.GNU-stack,\"\",@progbits
")
  set_source_files_properties(${assembly} PROPERTIES OBJECT_DEPENDS ${agent})
  add_library(${target}_embedded_agent OBJECT ${assembly} ${CMAKE_SOURCE_DIR}/src/app/embedded_agent.cpp)
  add_dependencies(${target}_embedded_agent homeport_agent)
  target_include_directories(${target}_embedded_agent PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(${target} PRIVATE ${target}_embedded_agent)
endfunction()
