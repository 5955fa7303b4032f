#pragma once

#include "api/identity/routes.hpp"

namespace homeport::api::identity {

/// Where an application gives its secret for a token, in both versions of the protocol.
void add_token_routes(http::Router& router, const IdentityParts& parts);

}  // namespace homeport::api::identity
