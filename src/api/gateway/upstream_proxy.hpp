#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/gateway/destination.hpp"
#include "security/secret.hpp"

namespace homeport::api::gateway {

/// The proxy that the person who started the server goes through, as the environment of that time
/// named it. Immutable; any thread.
struct UpstreamProxy {
  Destination address;
  security::Secret credentials{};     ///< "user:password", decoded; empty if none
  std::vector<std::string> bypass{};  ///< the entries of NO_PROXY

  /// Whether NO_PROXY sends such a host past the proxy: "*", a name and what is under it (with or
  /// without a leading dot), an address, a network ("10.0.0.0/8"); each may have a port.
  bool bypasses(const Destination& destination) const;
  /// "http://host:port", without the credentials: for people.
  std::string shown() const { return "http://" + address.text(); }
};

/// Looks a variable up; "" where it is not set.
using Environment = std::function<std::string(const char*)>;

/// Of https_proxy, HTTPS_PROXY, all_proxy, ALL_PROXY the first that is set; nullopt if none is.
/// InvalidArgument for one that cannot be used (socks, https), naming the variable.
base::Result<std::optional<UpstreamProxy>> upstream_proxy_of(const Environment& environment);

}  // namespace homeport::api::gateway
