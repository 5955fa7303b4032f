#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/cluster.hpp"
#include "domain/node.hpp"
#include "domain/operation.hpp"
#include "service/context.hpp"
#include "service/operations.hpp"
#include "service/precondition.hpp"

namespace homeport::service {

/// What a draft does to a cluster of its name that is there.
enum class WhenThere {
  Rescale,   ///< gives it the draft's scale; another VM size is InvalidArgument
  MustMatch  ///< nothing if its definition is the draft's, else Conflict/ClusterExists
};

struct ClusterDraft {
  std::string name;  ///< as domain::check_resource_name; narrower rules are the dialect's
  std::string location;
  std::string vm_size;
  domain::VmPriority priority = domain::VmPriority::Dedicated;
  domain::ScaleSettings scale;
  std::string description;
  domain::Tags tags;
  std::string subnet_id;
  std::string admin_user_name;
  std::optional<domain::NodeSetup> setup{};
  std::string definition{};  ///< the client's own, without what is made up for each request
  WhenThere when_there = WhenThere::Rescale;
  std::string resource{};  ///< for the operation: how the dialect names the cluster
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

/// Makes a cluster; its nodes follow by themselves. Errors: InvalidArgument naming the field, for a
/// minimum, target or initial count above the machine's capacity too; Conflict/ClusterDeleting
/// while one of that name goes, Conflict/WorkspaceDeleting; PreconditionFailed.
base::Result<ClusterChange> create_cluster(const Context& context,
                                           const domain::Workspace& workspace,
                                           const ClusterDraft& draft,
                                           const Precondition& precondition = {});

/// NotFound/ComputeTargetNotFound where there is none.
base::Result<ClusterView> get_cluster(const Context& context, const domain::Workspace& workspace,
                                      const std::string& name);
base::Result<std::vector<ClusterView>> list_clusters(const Context& context,
                                                     const domain::Workspace& workspace);

struct ScaleChange {
  std::optional<int> min_nodes{};  ///< this or the next makes a manual cluster automatic
  std::optional<int> max_nodes{};
  std::optional<std::chrono::seconds> idle_time{};
  std::optional<domain::ScaleSettings> settings{};  ///< instead of all the above
};
/// Changes what is given. Runs are taken off their nodes only where a smaller manual target says so
/// (ScaleSettings::deallocation).
base::Result<ClusterChange> scale_cluster(const Context& context,
                                          const domain::Workspace& workspace,
                                          const std::string& name, const ScaleChange& change,
                                          const Precondition& precondition = {},
                                          const std::string& resource = {});

/// Starts the deletion: waiting runs fail with the reason (ClusterDeleted), running ones are
/// stopped and end with it, nodes leave. Again while it lasts: the same operation.
base::Result<ClusterChange> delete_cluster(const Context& context,
                                           const domain::Workspace& workspace,
                                           const std::string& name,
                                           const Precondition& precondition = {},
                                           const std::string& resource = {});

struct NodeCounts {
  int preparing = 0;
  int idle = 0;
  int running = 0;
  int leaving = 0;
  int unusable = 0;
  int preempted = 0;
};
NodeCounts count_nodes(const std::vector<domain::Node>& nodes);

/// Why the cluster has not all of its nodes: those that are unusable now, then the failed starts
/// that are still to be retried. None twice.
std::vector<domain::ClusterProblem> problems_of(const ClusterView& view);

}  // namespace homeport::service
