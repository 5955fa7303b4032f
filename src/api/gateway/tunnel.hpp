#pragma once

#include <memory>
#include <optional>

#include "api/gateway/address_rules.hpp"
#include "api/gateway/destination.hpp"
#include "api/gateway/upstream_proxy.hpp"
#include "api/http/connect.hpp"

namespace homeport::api::gateway {

struct TunnelPlan {
  Destination destination;
  const AddressRules& addresses;         ///< outlive the tunnel
  const UpstreamProxy* proxy = nullptr;  ///< null: straight there
};

/// A way to another host: names are looked up once and the very address that passed the rules is
/// connected to; through a proxy, the name is the proxy's to look up. Half a close is passed on.
/// Memory is bounded: what one side does not take is not read from the other.
std::unique_ptr<http::Tunnel> make_tunnel(TunnelPlan plan);

}  // namespace homeport::api::gateway
