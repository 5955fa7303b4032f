// From the plan to claims, nodes that start and go, and clusters that are done with.

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "domain/vm_size.hpp"
#include "planner/gpus.hpp"
#include "planner/layout.hpp"
#include "service/control/step.hpp"

namespace homeport::service::control {

using domain::NodeEvent;
using domain::RunEvent;

namespace {

constexpr size_t kRunsEndedAtOnce = 500;  // keeps a write short when a long queue is cleared
constexpr std::chrono::seconds kRetry{1};

domain::RunError refusal(const base::Error& error) {
  if (error.reason == engine::kMountFailed) return {error.reason, error.message};
  const bool by_user = error.code == base::ErrorCode::InvalidArgument ||
                       error.code == base::ErrorCode::NotFound ||
                       error.code == base::ErrorCode::NotImplemented;
  return {by_user ? "UserError" : "SystemError", error.message};
}

/// A full disk or a busy ledger is no fault of the run: it is placed later.
bool may_pass(base::ErrorCode code) {
  return code == base::ErrorCode::ResourceExhausted || code == base::ErrorCode::Unavailable;
}

/// Host names have letters, digits and '-' only, and 63 characters at most.
std::string host_name(std::string cluster, int index) {
  constexpr size_t kLongest = 50;
  std::replace(cluster.begin(), cluster.end(), '_', '-');
  cluster.erase(0, std::min(cluster.find_first_not_of('-'), cluster.size()));
  if (cluster.empty()) cluster = "node";
  return fmt::format("{}-{}", cluster.substr(0, kLongest), index);
}

engine::NodeSize size_of(const domain::Cluster& cluster) {
  const domain::VmSize* size = domain::find_vm_size(cluster.vm_size);
  if (size == nullptr) return {};
  constexpr double kGiB = 1024.0 * 1024 * 1024;
  return {size->cores, static_cast<std::int64_t>(size->memory_gib * kGiB)};
}

}  // namespace

void Step::sweep_deleted_clusters() {
  for (const auto& [id, cluster] : board_.clusters.all()) {
    if (cluster.row.state != domain::ClusterState::Deleting) continue;
    const std::string sentence = fmt::format("cluster '{}' was deleted", cluster.row.name);
    const auto waiting = board_.waiting.some(id, kRunsEndedAtOnce);
    for (const SharedRun& run : waiting) {
      end_waiting(*run, RunEvent::Failed, domain::RunError{"ClusterDeleted", sentence});
    }
    if (waiting.size() == kRunsEndedAtOnce) wake(now_.steady);
    std::vector<planner::RunKey> keys;
    for (const auto& [key, live] : board_.live.all()) {
      if (live.run->spec->cluster_id == id && !live.cancel_asked) keys.push_back(key);
    }
    for (const planner::RunKey& key : keys) {
      ask_to_cancel(*board_.live.edit(key),
                    {Outcome::Canceled, sentence, domain::RunError{"ClusterDeleted", sentence}});
    }
  }
}

planner::Snapshot Step::snapshot() const {
  planner::Snapshot snapshot;
  snapshot.capacity = tools_.capacity;
  snapshot.gpus = tools_.gpus;
  const auto taken = std::distance(gpus_taken_.begin(), gpus_taken_.lower_bound(tools_.gpus));
  snapshot.free_gpus = tools_.gpus - static_cast<int>(taken);
  std::map<domain::ClusterId, size_t> places;
  for (const auto& [id, cluster] : board_.clusters.all()) {
    planner::ClusterView view;
    view.id = id;
    view.name = cluster.row.name;
    view.vm_size = cluster.row.vm_size;
    const domain::VmSize* size = domain::find_vm_size(cluster.row.vm_size);
    view.gpus_per_node = size == nullptr ? 0 : size->gpus;
    view.scale = cluster.row.scale;
    if (!cluster.row.settled) {
      view.scale.min_nodes = std::max(view.scale.min_nodes, view.scale.initial_nodes);
    }
    view.deleting = cluster.row.state == domain::ClusterState::Deleting;
    view.retry_at = cluster.backoff.retry_at;
    view.queue = board_.waiting.front(id, view.scale.max_nodes);
    places[id] = snapshot.clusters.size();
    snapshot.clusters.push_back(std::move(view));
  }
  for (const auto& [id, node] : board_.nodes.all()) {
    const auto place = places.find(node.row.cluster_id);
    if (place == places.end()) continue;
    const bool usable = node.confirmed && !node.silent_since && !node.end_ordered;
    planner::ClusterView& view = snapshot.clusters[place->second];
    view.nodes.push_back({id, node.row.index, node.row.state, node.since, usable});
    if (node.row.state == domain::NodeState::Unusable) view.trouble = node.row.reason;
  }
  show_gangs(snapshot);
  return snapshot;
}

/// Costs O(live runs), so they are shown only to clusters that need them.
void Step::show_gangs(planner::Snapshot& snapshot) const {
  for (planner::ClusterView& view : snapshot.clusters) {
    const bool manual = view.scale.mode == domain::ScaleMode::Manual;
    if (!manual || static_cast<int>(view.nodes.size()) <= view.scale.max_nodes) continue;
    for (const auto& [key, live] : board_.live.all()) {
      if (live.run->spec->cluster_id != view.id) continue;
      planner::RunningGang gang{key, 0, live.run->spec->priority, {}, live.ending.has_value()};
      for (const Part& part : live.parts) {
        const NodeEntry* node = board_.nodes.find(part.node);
        if (node == nullptr || node->row.state != domain::NodeState::Running) continue;
        ++gang.node_count;
        gang.since = node->since;
      }
      view.gangs.push_back(std::move(gang));
    }
  }
}

void Step::carry_out(const planner::Plan& plan) {
  for (const planner::Placement& placement : plan.placements) claim(placement);
  for (const planner::Dismissal& dismissal : plan.dismissals) {
    move(*board_.nodes.edit(dismissal.node), NodeEvent::Dismissed,
         planner::to_string(dismissal.cause));
    order([id = dismissal.node](engine::Engine& engine) { engine.stop_node(id); });
  }
  for (const planner::Interruption& interruption : plan.interruptions) interrupt(interruption);
  for (const planner::NodeStart& start : plan.starts) start_node(start);
  for (const planner::Outlook& outlook : plan.outlooks) {
    show_allocation(outlook);
    settle_size(outlook);
  }
  outlooks_ = plan.outlooks;
  if (plan.wake_at) wake(*plan.wake_at);
}

void Step::start_node(const planner::NodeStart& start) {
  NodeEntry entry;
  domain::Node& node = entry.row;
  // Node ids are "tvm-" and 12 hex digits; any part of a token is as random as another.
  node.id = domain::NodeId("tvm-" + tools_.make_token().substr(0, 12));
  node.cluster_id = start.cluster_id;
  node.index = start.index;
  node.state_since = now_.wall;
  node.host_name = host_name(board_.clusters.find(start.cluster_id)->row.name, start.index);
  entry.since = now_.steady;
  order([node, size = size_of(board_.clusters.find(start.cluster_id)->row)](
            engine::Engine& engine) { engine.start_node(node, size); });
  const domain::NodeId id = node.id;
  board_.nodes.put(id, std::move(entry));
}

base::Result<std::vector<engine::AttemptOrder>> Step::compose(const domain::Run& run,
                                                              const domain::Attempt& attempt,
                                                              const domain::ClusterId& cluster) {
  std::vector<domain::Node> nodes;
  for (const domain::NodeId& id : attempt.nodes) {
    const NodeEntry* node = board_.nodes.find(id);
    if (node == nullptr) return base::internal("a node of the attempt is not there any more");
    nodes.push_back(node->row);
  }
  HP_TRY(auto orders,
         tools_.composer.compose(run, attempt, board_.clusters.find(cluster)->row, nodes));
  if (orders.size() != nodes.size()) {
    return base::internal("the attempt was not laid out over all of its nodes");
  }
  for (size_t i = 0; i < orders.size(); ++i) {
    orders[i].run_id = attempt.run_id;
    orders[i].number = attempt.number;
    orders[i].token = attempt.token;
    orders[i].node_index = static_cast<int>(i);
    orders[i].launch_when_prepared = orders.size() == 1;
  }
  return orders;
}

/// The lowest that are free; nullopt if they are fewer than the plan thought.
std::optional<std::vector<int>> Step::lease_gpus(const domain::Cluster& cluster, int nodes) {
  const domain::VmSize* size = domain::find_vm_size(cluster.vm_size);
  const auto wanted = static_cast<size_t>(
      planner::gpus_of_gang(size == nullptr ? 0 : size->gpus, nodes, tools_.gpus));
  std::vector<int> leased;
  for (int gpu = 0; gpu < tools_.gpus && leased.size() < wanted; ++gpu) {
    if (gpus_taken_.count(gpu) == 0) leased.push_back(gpu);
  }
  if (leased.size() < wanted) return std::nullopt;
  gpus_taken_.insert(leased.begin(), leased.end());
  return leased;
}

void Step::claim(const planner::Placement& placement) {
  const SharedRun run = board_.waiting.find(placement.run);
  const domain::RunSpec& spec = *run->spec;
  LiveRun live;
  live.run = run;
  domain::Attempt& attempt = live.attempt;
  attempt.run_id = run->id;
  attempt.workspace_id = run->workspace_id;
  attempt.number = run->attempts + 1;
  attempt.token = tools_.make_token();
  attempt.nodes = placement.nodes;
  attempt.processes = planner::lay_out(spec.layout, spec.logs, spec.node_count);
  attempt.claimed_at = now_.wall;
  const auto ports = tools_.ports.lease(attempt.processes.size(), ports_taken_);
  if (!ports) {
    spdlog::warn("run {} waits: every port of the configured range is taken", run->id.text());
    wake(now_.steady + kRetry);
    return;
  }
  auto gpus = lease_gpus(board_.clusters.find(spec.cluster_id)->row, spec.node_count);
  if (!gpus) {
    spdlog::warn("run {} waits: a GPU that should be free is not", run->id.text());
    wake(now_.steady + kRetry);
    return;
  }
  attempt.gpus = std::move(*gpus);
  for (size_t i = 0; i < ports->size(); ++i) attempt.processes[i].port = (*ports)[i];
  auto orders = compose(*run, attempt, spec.cluster_id);
  if (!orders && may_pass(orders.error().code)) {
    spdlog::warn("run {} waits: {}", run->id.text(), orders.error().message);
    wake(now_.steady + kRetry);
    return;
  }
  if (!orders) {
    end_waiting(*run, RunEvent::Failed, refusal(orders.error()));
    wake(now_.steady);  // Its nodes are free for the next.
    return;
  }
  const planner::RunKey key = placement.run;
  RunChange& change = changes_.runs[key];
  if (change.events.empty()) change.expected = domain::RunState::Queued;
  change.events.push_back(RunEvent::Claimed);
  change.attempts = attempt.number;
  for (const domain::NodeId& id : placement.nodes) {
    NodeEntry& node = *board_.nodes.edit(id);
    move(node, NodeEvent::Assigned, "");
    node.row.run_id = run->id;
    node.live = key;
    Part& part = live.parts.emplace_back();
    part.node = id;
    part.host_name = node.row.host_name;
  }
  live.log_tails.resize(attempt.processes.size());
  const domain::Cluster& cluster = board_.clusters.find(spec.cluster_id)->row;
  live.restartable = spec.restartable || cluster.priority == domain::VmPriority::LowPriority;
  if (!spec.preparation.empty()) time_from_now(live);
  changes_.new_attempts.push_back(attempt);
  order_start(attempt, std::move(orders).value());
  board_.waiting.remove(key);
  board_.live.put(key, std::move(live));
}

void Step::order_start(const domain::Attempt& attempt, std::vector<engine::AttemptOrder> orders) {
  for (size_t i = 0; i < orders.size(); ++i) {
    order([node = attempt.nodes[i], what = std::move(orders[i])](engine::Engine& engine) {
      engine.start_attempt(node, what);
    });
  }
}

/// After a restart: the claim may have been committed and not yet handed to this node. An agent
/// that has it already does nothing.
void Step::restart_on(const domain::NodeId& id) {
  LiveRun* live = live_on(*board_.nodes.find(id));
  if (live == nullptr) return;
  live->part_on(id)->stop = Stop::None;  // What was ordered before the node answered may be lost.
  if (live->ending)
    return;  // Nothing is started any more; if it never was, the node will be ended.
  auto orders = compose(*live->run, live->attempt, live->run->spec->cluster_id);
  if (!orders) {
    live->ending = {Outcome::Failed, orders.error().message, refusal(orders.error())};
    return;
  }
  const auto at = static_cast<size_t>(live->part_on(id) - live->parts.data());
  order([id, what = std::move(orders.value()[at])](engine::Engine& engine) {
    engine.start_attempt(id, what);
  });
}

void Step::show_allocation(const planner::Outlook& outlook) {
  const ClusterEntry* known = board_.clusters.find(outlook.cluster_id);
  const auto now_is =
      outlook.resizing ? domain::AllocationState::Resizing : domain::AllocationState::Steady;
  if (known->row.allocation == now_is) return;
  ClusterEntry* cluster = board_.clusters.edit(outlook.cluster_id);
  cluster->row.allocation = now_is;
  cluster->row.allocation_since = now_.wall;
  ClusterChange& change = changes_.clusters[outlook.cluster_id];
  change.allocation = now_is;
  change.allocation_since = now_.wall;
}

/// A new cluster has had the nodes that it was to begin with: from now on they may leave.
void Step::settle_size(const planner::Outlook& outlook) {
  const domain::Cluster& row = board_.clusters.find(outlook.cluster_id)->row;
  const int wanted = row.scale.initial_nodes;
  if (row.settled || wanted == 0 || outlook.idle + outlook.running < wanted) return;
  board_.clusters.edit(outlook.cluster_id)->row.settled = true;
  changes_.clusters[outlook.cluster_id].settled = true;
}

void Step::finish_deletions() {
  std::set<domain::ClusterId> used;
  for (const auto& [id, node] : board_.nodes.all()) used.insert(node.row.cluster_id);
  for (const auto& [key, live] : board_.live.all()) used.insert(live.run->spec->cluster_id);
  std::vector<domain::ClusterId> done;
  for (const auto& [id, cluster] : board_.clusters.all()) {
    const bool deleting = cluster.row.state == domain::ClusterState::Deleting;
    if (deleting && used.count(id) == 0 && board_.waiting.some(id, 1).empty()) done.push_back(id);
  }
  for (const domain::ClusterId& id : done) {
    changes_.clusters[id].remove = true;
    board_.clusters.erase(id);
    board_.durations.forget(id);
  }
}

}  // namespace homeport::service::control
