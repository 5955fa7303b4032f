#pragma once

#include <string>
#include <vector>

#include "domain/cluster.hpp"
#include "service/context.hpp"

namespace homeport::service {

/// Cores of one family of VM sizes. In use: each node that there is counts as many as its size has.
/// The limit is what the machine's places for nodes would hold of the family's largest size.
struct CoreUsage {
  std::string family;  ///< "standardNCFamily"; empty: of all families
  domain::VmPriority priority = domain::VmPriority::Dedicated;
  int in_use = 0;
  int limit = 0;
};

struct Usages {
  std::vector<CoreUsage>
      cores;         ///< per priority: the sum, then each family of the catalogue by name
  int clusters = 0;  ///< of all workspaces
  int nodes = 0;
  int node_limit = 0;
};

base::Result<Usages> get_usages(const Context& context);

}  // namespace homeport::service
