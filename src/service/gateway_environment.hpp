#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "service/context.hpp"
#include "service/order_composer.hpp"

namespace homeport::service {

/// How processes on nodes reach the gateway.
struct RunGateway {
  std::string server_url;        ///< "http://127.0.0.1:8700"
  std::filesystem::path bundle;  ///< certificate authorities, ours among them; seen on every node
  bool needs_token = false;      ///< so that what belongs to no run cannot use it
};
using GatewayNow = std::function<RunGateway()>;

/// The variables of a dialect and, where they do not set the same, those that lead a run's
/// processes to the gateway: the proxy with the run's token as its credentials, the bundle, and
/// what goes past it (the server itself, this machine, the nodes of the attempt: gRPC, too, asks
/// its peers through a proxy). What the run's user set, in either spelling, is left to the user.
/// Nothing is added where the server listens on no network. `context` outlives it.
DialectVariables with_gateway(const Context& context, GatewayNow gateway,
                              DialectVariables variables);

/// The same for the setup of a node, which has no run and so no token.
NodeVariables with_gateway(GatewayNow gateway, NodeVariables variables = {});

}  // namespace homeport::service
