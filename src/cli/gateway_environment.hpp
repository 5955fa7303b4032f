#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "cli/client.hpp"

namespace homeport::cli {

using Variables = std::vector<std::pair<std::string, std::string>>;
/// Looks a variable of this process up; "" where it is not set.
using Lookup = std::function<std::string(const char*)>;

/// What a server says of its gateway.
struct GatewayFacts {
  std::string certificate;     ///< of its CA, PEM
  bool needs_token = false;    ///< it listens beyond this machine
  std::string upstream_proxy;  ///< that it goes out through, without credentials; "" if none
};

base::Result<GatewayFacts> get_gateway_facts(Client& client);

/// The variables that bring the published names of the two services to this server: the proxy, what
/// goes past it (the person's NO_PROXY without what would take those names along, this machine, the
/// server itself), and bundles of the person's own certificate authorities and the server's, kept
/// in `folder` (0700). What the person should know is appended to `notes`. Errors are those of the
/// disk.
base::Result<Variables> gateway_variables(const ServerAddress& server, const GatewayFacts& facts,
                                          const Lookup& environment,
                                          const std::filesystem::path& folder,
                                          std::vector<std::string>& notes);

}  // namespace homeport::cli
