#include "service/clusters.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/text.hpp"
#include "domain/names.hpp"
#include "domain/vm_size.hpp"
#include "service/transactions.hpp"

namespace homeport::service {
namespace {

base::Error cluster_not_found(const std::string& name) {
  return base::not_found(
      "ComputeTargetNotFound",
      fmt::format("ComputeTargetNotFound: Compute Target with name {} not found in "
                  "provided workspace",
                  name));
}

base::Result<const domain::VmSize*> check_vm_size(const ClusterDraft& draft) {
  if (draft.vm_size.empty()) return base::invalid_argument("vmSize", "vmSize must be given");
  const domain::VmSize* size = domain::find_vm_size(draft.vm_size);
  if (size == nullptr) {
    return base::invalid_argument("vmSize",
                                  fmt::format("'{}' is not in the catalogue of VM sizes; "
                                              "AmlCompute.supported_vmsizes(ws) lists them",
                                              draft.vm_size));
  }
  if (draft.priority == domain::VmPriority::LowPriority && !size->low_priority_capable) {
    return base::invalid_argument("vmPriority",
                                  fmt::format("{} cannot be had with low priority", size->name));
  }
  return size;
}

/// What a run on this size may expect and this machine does not have.
std::vector<std::string> shortfalls(const Context& context, const domain::VmSize& size) {
  std::vector<std::string> warnings;
  const long cores = ::sysconf(_SC_NPROCESSORS_ONLN);
  const double memory_gib = static_cast<double>(::sysconf(_SC_PHYS_PAGES)) *
                            static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1024.0 * 1024 * 1024);
  if (size.cores > cores) {
    warnings.push_back(fmt::format("{} has {} cores, this machine {}: runs share what there is",
                                   size.name, size.cores, cores));
  }
  if (size.memory_gib > memory_gib) {
    warnings.push_back(fmt::format("{} has {:.0f} GiB of memory, this machine {:.0f}", size.name,
                                   size.memory_gib, memory_gib));
  }
  if (size.gpus > context.gpus) {
    warnings.push_back(fmt::format("{} has {} GPU(s), this machine {}: runs use the CPU instead",
                                   size.name, size.gpus, context.gpus));
  }
  return warnings;
}

domain::Cluster new_cluster(const Context& context, const domain::Workspace& workspace,
                            const ClusterDraft& draft, const domain::VmSize& size) {
  domain::Cluster cluster;
  cluster.id = domain::ClusterId(base::random_uuid());
  cluster.workspace_id = workspace.id;
  cluster.name = draft.name;
  cluster.location = draft.location.empty() ? workspace.location : draft.location;
  cluster.vm_size = std::string(size.name);
  cluster.priority = draft.priority;
  cluster.scale = draft.scale;
  cluster.created_at = cluster.modified_at = cluster.allocation_since = context.clock.wall();
  cluster.allocation = draft.scale.min_nodes > 0 ? domain::AllocationState::Resizing
                                                 : domain::AllocationState::Steady;
  cluster.description = draft.description;
  cluster.tags = draft.tags;
  cluster.subnet_id = draft.subnet_id;
  cluster.admin_user_name = draft.admin_user_name;
  cluster.warnings = shortfalls(context, size);
  return cluster;
}

domain::Operation new_operation(const Context& context, const domain::Cluster& cluster,
                                std::string kind, domain::OperationState state) {
  domain::Operation operation;
  operation.id = domain::OperationId(base::random_uuid());
  operation.workspace_id = cluster.workspace_id;
  operation.cluster_id = cluster.id;
  operation.kind = std::move(kind);
  operation.state = state;
  operation.started_at = context.clock.wall();
  if (state != domain::OperationState::InProgress) operation.ended_at = operation.started_at;
  return operation;
}

base::Result<ClusterView> view_of(ledger::Transaction& tx, domain::Cluster cluster) {
  HP_TRY(auto nodes, tx.nodes().list(cluster.id));
  return ClusterView{std::move(cluster), std::move(nodes)};
}

base::Result<void> check_can_change(const domain::Cluster& cluster) {
  if (cluster.state == domain::ClusterState::Active) return base::success();
  return base::conflict("ClusterDeleting",
                        fmt::format("cluster '{}' is being deleted", cluster.name));
}

base::Result<void> check_capacity(const Context& context, const domain::ScaleSettings& scale) {
  if (scale.min_nodes <= context.node_capacity) return base::success();
  return base::invalid_argument(
      "minNodeCount",
      fmt::format("minNodeCount ({}) is more than the {} nodes that this Homeport can "
                  "have; start it with a larger --capacity",
                  scale.min_nodes, context.node_capacity));
}

/// Stores a new scale and the operation that says it is done.
base::Result<ClusterChange> store_scale(const Context& context, ledger::Transaction& tx,
                                        domain::Cluster cluster, const domain::ScaleSettings& scale,
                                        const char* kind) {
  HP_TRYV(check_can_change(cluster));
  HP_TRYV(domain::check_scale_settings(scale));
  HP_TRYV(check_capacity(context, scale));
  cluster.scale = scale;
  cluster.modified_at = context.clock.wall();
  HP_TRYV(tx.clusters().update(cluster));
  domain::Operation operation =
      new_operation(context, cluster, kind, domain::OperationState::Succeeded);
  HP_TRYV(tx.operations().insert(operation));
  HP_TRY(auto view, view_of(tx, std::move(cluster)));
  return ClusterChange{std::move(view), std::move(operation)};
}

}  // namespace

base::Result<ClusterChange> create_cluster(const Context& context,
                                           const domain::Workspace& workspace,
                                           const ClusterDraft& draft) {
  HP_TRYV(domain::check_cluster_name(draft.name, "computeName"));
  HP_TRY(const domain::VmSize* size, check_vm_size(draft));
  HP_TRYV(domain::check_scale_settings(draft.scale));
  HP_TRYV(check_capacity(context, draft.scale));
  const domain::Cluster fresh = new_cluster(context, workspace, draft, *size);
  HP_TRY(auto change,
         write(context.ledger, [&](ledger::Transaction& tx) -> base::Result<ClusterChange> {
           HP_TRY(auto existing, tx.clusters().find(workspace.id, draft.name));
           if (existing) {
             if (existing->vm_size != fresh.vm_size) {
               return base::invalid_argument(
                   "vmSize",
                   fmt::format("cluster '{}' has the VM size {}, which cannot be changed; "
                               "delete it and make it anew",
                               existing->name, existing->vm_size));
             }
             return store_scale(context, tx, *existing, draft.scale, "update");
           }
           HP_TRYV(tx.clusters().insert(fresh));
           domain::Operation operation =
               new_operation(context, fresh, "create", domain::OperationState::Succeeded);
           HP_TRYV(tx.operations().insert(operation));
           return ClusterChange{ClusterView{fresh, {}}, std::move(operation)};
         }));
  context.control.cluster_changed(change.view.cluster.id);
  return change;
}

base::Result<ClusterView> get_cluster(const Context& context, const domain::Workspace& workspace,
                                      const std::string& name) {
  return read(context.ledger, [&](ledger::Transaction& tx) -> base::Result<ClusterView> {
    HP_TRY(auto cluster, required(tx.clusters().find(workspace.id, name), cluster_not_found(name)));
    return view_of(tx, std::move(cluster));
  });
}

base::Result<std::vector<ClusterView>> list_clusters(const Context& context,
                                                     const domain::Workspace& workspace) {
  return read(context.ledger,
              [&](ledger::Transaction& tx) -> base::Result<std::vector<ClusterView>> {
                HP_TRY(auto clusters, tx.clusters().list(workspace.id));
                std::vector<ClusterView> views;
                for (domain::Cluster& cluster : clusters) {
                  HP_TRY(auto view, view_of(tx, std::move(cluster)));
                  views.push_back(std::move(view));
                }
                return views;
              });
}

base::Result<ClusterChange> scale_cluster(const Context& context,
                                          const domain::Workspace& workspace,
                                          const std::string& name, const ScaleChange& change) {
  HP_TRY(auto changed,
         write(context.ledger, [&](ledger::Transaction& tx) -> base::Result<ClusterChange> {
           HP_TRY(auto cluster,
                  required(tx.clusters().find(workspace.id, name), cluster_not_found(name)));
           domain::ScaleSettings scale = cluster.scale;
           scale.min_nodes = change.min_nodes.value_or(scale.min_nodes);
           scale.max_nodes = change.max_nodes.value_or(scale.max_nodes);
           scale.idle_time = change.idle_time.value_or(scale.idle_time);
           return store_scale(context, tx, std::move(cluster), scale, "update");
         }));
  context.control.cluster_changed(changed.view.cluster.id);
  return changed;
}

base::Result<ClusterChange> delete_cluster(const Context& context,
                                           const domain::Workspace& workspace,
                                           const std::string& name) {
  HP_TRY(auto changed,
         write(context.ledger, [&](ledger::Transaction& tx) -> base::Result<ClusterChange> {
           HP_TRY(auto cluster,
                  required(tx.clusters().find(workspace.id, name), cluster_not_found(name)));
           cluster.state = domain::ClusterState::Deleting;
           cluster.modified_at = context.clock.wall();
           HP_TRYV(tx.clusters().update(cluster));
           domain::Operation operation =
               new_operation(context, cluster, "delete", domain::OperationState::InProgress);
           HP_TRYV(tx.operations().insert(operation));
           HP_TRY(auto view, view_of(tx, std::move(cluster)));
           return ClusterChange{std::move(view), std::move(operation)};
         }));
  context.control.cluster_changed(changed.view.cluster.id);
  return changed;
}

base::Result<domain::Operation> get_operation(const Context& context,
                                              const domain::OperationId& id) {
  return read(context.ledger, [&](ledger::Transaction& tx) {
    return required(
        tx.operations().find(id),
        base::not_found("OperationNotFound", fmt::format("no operation {}", id.text())));
  });
}

}  // namespace homeport::service
