# add_embedded_agent(TARGET): links the agent's executable into TARGET, which sees it through
# engine/local/agent_program.hpp. So the install stays one file, and every node runs the agent of its server.
enable_language(ASM)

function(add_embedded_agent target)
  set(agent ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/homeport-agent)
  set(assembly ${CMAKE_BINARY_DIR}/agent/agent.S)
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
  add_library(${target}_agent OBJECT ${assembly})
  add_dependencies(${target}_agent homeport_agent)
  target_link_libraries(${target} PUBLIC ${target}_agent $<TARGET_OBJECTS:${target}_agent>)
endfunction()
