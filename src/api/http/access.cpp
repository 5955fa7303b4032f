#include "api/http/access.hpp"

namespace homeport::api::http {
namespace {

base::Error unauthenticated() {
  return base::Error{base::ErrorCode::Unauthenticated,
                     "this needs a valid token: `homeport up` wrote one to ~/.config/homeport, and "
                     "HOMEPORT_TOKEN overrides it",
                     {},
                     "InvalidAuthenticationToken",
                     {}};
}

}  // namespace

base::Result<void> require_owner(const security::Principal& principal) {
  if (std::holds_alternative<security::Owner>(principal)) return base::success();
  if (std::holds_alternative<security::Anonymous>(principal)) return unauthenticated();
  return base::permission_denied("this token does not allow this; it is for the owner's token");
}

base::Result<void> require_monitor(const security::Principal& principal) {
  if (std::holds_alternative<security::Monitor>(principal)) return base::success();
  return require_owner(principal);
}

base::Result<void> require_member(const security::Principal& principal,
                                  std::string_view workspace_id) {
  const security::RunIdentity* run = run_identity(principal);
  if (run == nullptr) return require_owner(principal);
  if (run->workspace_id == workspace_id) return base::success();
  return base::permission_denied("this token belongs to a run of another workspace");
}

const security::RunIdentity* run_identity(const security::Principal& principal) {
  return std::get_if<security::RunIdentity>(&principal);
}

}  // namespace homeport::api::http
