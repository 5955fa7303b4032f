#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/cluster_commands.hpp"

namespace homeport::cli {

/// ComputeResources of the workspace, by name.
base::Result<std::vector<boost::json::value>> list_clusters(Client& client);
/// NotFound where there is none.
base::Result<boost::json::value> get_cluster(Client& client, const std::string& name);
/// AlreadyExists where there is one of that name.
base::Result<boost::json::value> create_cluster(Client& client, const ClusterWish& wish);
/// Changes what is given, keeps the rest.
base::Result<boost::json::value> scale_cluster(Client& client, const std::string& name,
                                               const ClusterScale& scale);
base::Result<void> delete_cluster(Client& client, const std::string& name);
base::Result<std::vector<boost::json::value>> list_nodes(Client& client, const std::string& name);
/// Takes a low-priority node away; the answer names the node and, if there was one, its run.
base::Result<boost::json::value> evict_node(Client& client, const Eviction& eviction);

/// A ComputeResource as `--json` shows it: name, vmSize, priority, state, allocation, nodes by
/// state, scale, warnings.
boost::json::object cluster_document(const boost::json::value& cluster);

}  // namespace homeport::cli
