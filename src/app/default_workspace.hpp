#pragma once

#include "base/result.hpp"
#include "domain/workspace.hpp"
#include "service/context.hpp"

namespace homeport::app {

/// The workspace that a fresh Homeport starts with (resource group and name "homeport", a
/// subscription of its own); the first workspace there is, if there is one already.
base::Result<domain::WorkspaceKey> ensure_default_workspace(const service::Context& context);

}  // namespace homeport::app
