#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace homeport::engine::local {

/// Puts the agent's executable, which this binary carries inside itself, under `directory` in a
/// folder named after its content, and returns its path. What is there already is used as it is.
base::Result<std::filesystem::path> install_agent(const std::filesystem::path& directory);

}  // namespace homeport::engine::local
