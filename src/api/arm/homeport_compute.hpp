#pragma once

#include <functional>
#include <string>
#include <vector>

#include "api/http/router.hpp"
#include "base/clock.hpp"
#include "service/context.hpp"

namespace homeport::api::arm {

/// What this server is, for `homeport status`.
struct ServerFacts {
  std::string version;
  base::TimePoint started_at{};
  std::string data_directory;
  int node_capacity = 0;
  std::vector<std::string> limits;          ///< what this machine does not allow, in sentences
  std::vector<std::string> control_groups;  ///< what those of nodes govern: "cpu", "memory", ...
  std::string emulator_url;  ///< of the storage emulator's account; "" where it is off
};

/// A one-time link to the web page that ends at `return_to`, and when it expires.
struct LoginLink {
  std::string path;
  base::TimePoint expires_at{};
};
using MakeLoginLink = std::function<LoginLink(const std::string& return_to)>;

/// Our own provider, Homeport.Compute (docs/openapi/homeport-compute.yaml): why a run waits,
/// evictions, the server's status, login links.
void add_homeport_compute_routes(http::Router& router, const service::Context& context,
                                 std::function<ServerFacts()> facts, MakeLoginLink make_login_link);

}  // namespace homeport::api::arm
