#pragma once

#include "base/result.hpp"
#include "security/principal.hpp"
#include "service/context.hpp"

namespace homeport::service {

/// Unauthenticated if the run that a token was made for ended a while ago, or is not there any
/// more: what a script had under way when it ended may still arrive, after that its token opens
/// nothing.
base::Result<void> require_live(const Context& context, const security::RunIdentity& bearer);

}  // namespace homeport::service
