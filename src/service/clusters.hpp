#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/cluster.hpp"
#include "domain/node.hpp"
#include "domain/operation.hpp"
#include "service/context.hpp"

namespace homeport::service {

struct ClusterDraft {
  std::string name;
  std::string location;
  std::string vm_size;
  domain::VmPriority priority = domain::VmPriority::Dedicated;
  domain::ScaleSettings scale;
  std::string description;
  domain::Tags tags;
  std::string subnet_id;
  std::string admin_user_name;
};

/// A cluster and its nodes at one moment.
struct ClusterView {
  domain::Cluster cluster;
  std::vector<domain::Node> nodes;
};

/// A change that was accepted, and what a client polls until it is done.
struct ClusterChange {
  ClusterView view;
  domain::Operation operation;
};

/// Makes a cluster; its nodes follow by themselves. The same draft again for an existing name is an
/// update of its scale. InvalidArgument names the field: name rule, unknown or changed vmSize,
/// scale.
base::Result<ClusterChange> create_cluster(const Context& context,
                                           const domain::Workspace& workspace,
                                           const ClusterDraft& draft);

/// NotFound/ComputeTargetNotFound where there is none.
base::Result<ClusterView> get_cluster(const Context& context, const domain::Workspace& workspace,
                                      const std::string& name);
base::Result<std::vector<ClusterView>> list_clusters(const Context& context,
                                                     const domain::Workspace& workspace);

struct ScaleChange {
  std::optional<int> min_nodes{};
  std::optional<int> max_nodes{};
  std::optional<std::chrono::seconds> idle_time{};
};
/// Changes what is given. Running nodes are never taken away by it.
base::Result<ClusterChange> scale_cluster(const Context& context,
                                          const domain::Workspace& workspace,
                                          const std::string& name, const ScaleChange& change);

/// Starts the deletion: waiting runs fail with the reason, running ones are cancelled, nodes leave.
base::Result<ClusterChange> delete_cluster(const Context& context,
                                           const domain::Workspace& workspace,
                                           const std::string& name);

base::Result<domain::Operation> get_operation(const Context& context,
                                              const domain::OperationId& id);

}  // namespace homeport::service
