#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/gateway/address_rules.hpp"
#include "api/gateway/upstream_proxy.hpp"
#include "api/http/connect.hpp"

namespace homeport::api::gateway {

struct GatewayOptions {
  AddressRules addresses{};
  std::optional<UpstreamProxy> upstream{};
  /// Why the proxy that was named cannot be gone through; empty if it can, or none was.
  std::string upstream_problem{};
  /// Storage accounts that are Azure's own: their names are tunnelled on unless we have them.
  std::vector<std::string> passthrough{};
  /// Only clients with a token are carried: wanted where others than this machine's can connect.
  bool needs_token = false;
  /// The host that the server listens on, "" for all.
  std::string own_host{};
};

/// What the gateway asks of the rest of the server. Called from workers.
struct GatewayParts {
  std::function<bool(std::string_view account)> is_account;
  /// Whether a token is the owner's or a living run's.
  std::function<bool(std::string_view token)> admits;
};

/// Decides what becomes of a CONNECT: the names of the two services are served here, every other
/// host is tunnelled on. Any thread.
class Gateway final : public http::ProxyPolicy {
 public:
  Gateway(GatewayOptions options, GatewayParts parts);

  http::ConnectDecision decide(const http::ConnectRequest& request) override;
  bool is_own(std::string_view authority) const override;

  const GatewayOptions& options() const { return options_; }

 private:
  bool serves(const Destination& destination) const;
  http::ConnectDecision tunnel_to(Destination destination) const;

  const GatewayOptions options_;
  const GatewayParts parts_;
};

/// The host of "HOST:PORT" or "[HOST]:PORT".
std::string host_part(std::string_view authority);

}  // namespace homeport::api::gateway
