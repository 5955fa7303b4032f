#pragma once

#include <string_view>

#include "base/result.hpp"
#include "security/principal.hpp"

/// Who may do what, asked by every dialect. Anonymous is Unauthenticated, the wrong one
/// PermissionDenied.
namespace homeport::api::http {

base::Result<void> require_owner(const security::Principal& principal);

/// The owner, or whoever has the token for reading figures. No run: it would see what others do.
base::Result<void> require_monitor(const security::Principal& principal);

/// The owner, or any run of that workspace.
base::Result<void> require_member(const security::Principal& principal,
                                  std::string_view workspace_id);

/// The run's own identity if `principal` is one, else null.
const security::RunIdentity* run_identity(const security::Principal& principal);

}  // namespace homeport::api::http
