#pragma once

#include <string_view>

namespace homeport::app {

/// The agent's executable that was built with this binary; lives as long as the program.
std::string_view embedded_agent();

}  // namespace homeport::app
