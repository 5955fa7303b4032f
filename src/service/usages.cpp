#include "service/usages.hpp"

#include <algorithm>
#include <map>

#include "domain/vm_size.hpp"
#include "service/transactions.hpp"

namespace homeport::service {
namespace {

using domain::VmPriority;

/// By family; the empty one is all of them.
using Families = std::map<std::string, CoreUsage, std::less<>>;

Families families(VmPriority priority, int places) {
  Families all;
  const auto add = [&](std::string_view family, int cores) {
    CoreUsage& usage = all[std::string(family)];
    usage.family = family;
    usage.priority = priority;
    usage.limit = std::max(usage.limit, places * cores);
  };
  for (const domain::VmSize& size : domain::vm_sizes()) {
    if (priority == VmPriority::LowPriority && !size.low_priority_capable) continue;
    add("", size.cores);
    add(size.family, size.cores);
  }
  return all;
}

}  // namespace

base::Result<Usages> get_usages(const Context& context) {
  Usages usages;
  usages.node_limit = context.node_capacity;
  std::map<VmPriority, Families> cores;
  for (const VmPriority priority : {VmPriority::Dedicated, VmPriority::LowPriority}) {
    cores[priority] = families(priority, context.node_capacity);
  }
  HP_TRYV(context.ledger.read([&](ledger::Transaction& tx) -> base::Result<void> {
    HP_TRY(const auto clusters, tx.clusters().list_all());
    HP_TRY(const auto nodes, tx.nodes().list_all());
    usages.clusters = static_cast<int>(clusters.size());
    usages.nodes = static_cast<int>(nodes.size());
    std::map<domain::ClusterId, const domain::Cluster*> by_id;
    for (const domain::Cluster& cluster : clusters) by_id[cluster.id] = &cluster;
    for (const domain::Node& node : nodes) {
      const auto cluster = by_id.find(node.cluster_id);
      if (cluster == by_id.end()) continue;
      const domain::VmSize* size = domain::find_vm_size(cluster->second->vm_size);
      if (size == nullptr) continue;
      Families& all = cores[cluster->second->priority];
      all[""].in_use += size->cores;
      all[std::string(size->family)].in_use += size->cores;
    }
    return base::success();
  }));
  for (auto& [priority, all] : cores) {
    for (auto& [family, usage] : all) usages.cores.push_back(std::move(usage));
  }
  return usages;
}

}  // namespace homeport::service
