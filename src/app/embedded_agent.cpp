#include "app/embedded_agent.hpp"

#include <cstddef>

// Made by the assembler (cmake/agent.cmake).
extern "C" const char kHomeportAgentBegin;
extern "C" const char kHomeportAgentEnd;

namespace homeport::app {

std::string_view embedded_agent() {
  return {&kHomeportAgentBegin, static_cast<size_t>(&kHomeportAgentEnd - &kHomeportAgentBegin)};
}

}  // namespace homeport::app
