#pragma once

#include "api/http/router.hpp"
#include "base/clock.hpp"
#include "security/tokens.hpp"

/// The directory in which programs sign in: OAuth2 and OpenID Connect as Azure Active Directory
/// spoke them, for one tenant with one application. All routes are open to strangers.
namespace homeport::api::identity {

struct IdentityParts {
  const security::Keyring& keyring;
  const base::Clock& clock;
};

/// What has a path that is nothing else's, so that it works at any address of this server: tokens
/// ("/{tenant}/oauth2/token", "/{tenant}/oauth2/v2.0/token") and the directory's own description.
void add_tenant_routes(http::Router& router, const IdentityParts& parts);

/// What only the login host's name tells from other services: instance discovery.
void add_login_host_routes(http::Router& router, const IdentityParts& parts);

/// What the login host does not serve.
http::Response unserved(const http::Request& request, const IdentityParts& parts);

}  // namespace homeport::api::identity
