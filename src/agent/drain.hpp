#pragma once

#include "base/result.hpp"
#include "engine/messages.hpp"

namespace homeport::agent {

/// Hands what a dead agent had journaled and not handed on to the server at `config.drain_to`, and
/// returns when all of it has been answered. Unavailable after ten minutes.
base::Result<void> drain(const engine::AgentConfig& config);

}  // namespace homeport::agent
