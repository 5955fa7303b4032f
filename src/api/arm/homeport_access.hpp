#pragma once

#include <functional>
#include <string>

#include "api/http/router.hpp"
#include "service/context.hpp"

namespace homeport::api::arm {

/// What a program must know to come through the gateway.
struct GatewayFacts {
  std::string certificate;  ///< of the CA, PEM
  bool needs_token = false;
  std::string upstream_proxy;  ///< without credentials; "" if none
};

/// Of our own provider: the gateway, and the credentials of the application that programs sign in
/// as (for the owner only).
void add_homeport_access_routes(http::Router& router, const service::Context& context,
                                std::function<GatewayFacts()> facts);

}  // namespace homeport::api::arm
