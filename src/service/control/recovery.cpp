// How a loop takes up what an earlier one left in the ledger.

#include <algorithm>
#include <utility>

#include "service/control/control_loop.hpp"

namespace homeport::service::control {
namespace {

std::optional<domain::Run> take_run(std::vector<domain::Run>& runs,
                                    const domain::Attempt& attempt) {
  const auto at = std::find_if(runs.begin(), runs.end(), [&](const domain::Run& run) {
    return run.id == attempt.run_id && run.workspace_id == attempt.workspace_id;
  });
  if (at == runs.end()) return std::nullopt;
  domain::Run run = std::move(*at);
  runs.erase(at);
  return run;
}

}  // namespace

void ControlLoop::show_cluster(const domain::Cluster& row) {
  board_.clusters.put(row.id, ClusterEntry{row, {}});
}

void ControlLoop::show_node(const domain::Node& row, base::TimePoint at) {
  NodeEntry entry;
  entry.row = row;
  entry.since = std::min(row.state_since, at);
  entry.confirmed = false;
  board_.nodes.put(row.id, std::move(entry));
}

void ControlLoop::show_attempt(domain::Attempt attempt, std::vector<domain::Run>& runs) {
  LiveRun live;
  auto run = take_run(runs, attempt);
  if (!run) {
    // The run is over, its attempt is not: all that is left to do is to end the latter.
    domain::Run stub;
    stub.id = attempt.run_id;
    stub.workspace_id = attempt.workspace_id;
    stub.spec.emplace();
    run = std::move(stub);
    live.ended_elsewhere = true;
    live.ending = Ending{Outcome::Canceled, "the run had ended already", std::nullopt};
  }
  live.state = run->state;
  live.run = std::make_shared<const domain::Run>(std::move(*run));
  const planner::RunKey key = key_of(*live.run);
  for (const domain::NodeId& id : attempt.nodes) {
    Part part;
    part.node = id;
    NodeEntry* node = board_.nodes.edit(id);
    const bool serves = node != nullptr && node->row.run_id == attempt.run_id &&
                        node->row.state != domain::NodeState::Unusable &&
                        node->row.state != domain::NodeState::Leaving;
    if (node != nullptr) part.host_name = node->row.host_name;
    part.dead = !serves;
    if (serves) node->live = key;
    const bool lost = !serves || node->row.state == domain::NodeState::Preempted;
    if (lost) part.loss = node != nullptr ? node->row.reason : "it was gone after a restart";
    if (lost && part.loss.empty()) part.loss = "it was gone after a restart";
    live.parts.push_back(std::move(part));
  }
  live.restartable = live.run->spec->restartable;
  if (const auto* cluster = board_.clusters.find(live.run->spec->cluster_id)) {
    live.restartable |= cluster->row.priority == domain::VmPriority::LowPriority;
  }
  if (live.state == domain::RunState::CancelRequested) {
    live.cancel_asked = true;
    const auto& error = live.run->error;
    live.ending = Ending{Outcome::Canceled, error ? error->message : "canceled on request", error};
  } else if (!attempt.recalled.empty() && !live.ending) {
    live.ending = Ending{Outcome::Requeued, attempt.recalled, std::nullopt};
    live.ending->gentle = true;
  }
  live.start_recorded = attempt.state == domain::AttemptState::Running;
  if (!live.run->spec->preparation.empty()) {
    live.running_since = attempt.claimed_at;
  } else if (live.start_recorded) {
    live.running_since = live.run->started_at;
  }
  live.log_tails.resize(attempt.processes.size());
  live.attempt = std::move(attempt);
  board_.live.put(key, std::move(live));
}

base::Result<void> ControlLoop::load() {
  std::vector<domain::Cluster> clusters;
  std::vector<domain::Node> nodes;
  std::vector<domain::Run> runs;
  std::vector<domain::Attempt> attempts;
  HP_TRYV(parts_.ledger.read([&](ledger::Transaction& transaction) -> base::Result<void> {
    HP_TRY(clusters, transaction.clusters().list_all());
    HP_TRY(nodes, transaction.nodes().list_all());
    HP_TRY(runs, transaction.runs().list_unfinished());
    HP_TRY(attempts, transaction.attempts().list_live());
    return base::success();
  }));
  const base::TimePoint at = now().steady;
  for (const domain::Cluster& cluster : clusters) show_cluster(cluster);
  for (const domain::Node& node : nodes) show_node(node, at);
  for (domain::Attempt& attempt : attempts) show_attempt(std::move(attempt), runs);
  for (domain::Run& run : runs) {
    const bool known = board_.clusters.find(run.spec->cluster_id) != nullptr;
    if (run.state == domain::RunState::Queued && known) {
      board_.waiting.add(std::make_shared<const domain::Run>(std::move(run)));
    } else {
      orphans_.push_back(std::move(run));
    }
  }
  board_.keep();
  parts_.engine.adopt(nodes);
  for (const domain::Node& node : nodes) {
    // One that was evicted goes when its run has left it.
    const bool free = !board_.nodes.find(node.id)->live;
    const bool going = node.state == domain::NodeState::Leaving ||
                       (node.state == domain::NodeState::Preempted && free);
    if (going) parts_.engine.stop_node(node.id);
  }
  return base::success();
}

}  // namespace homeport::service::control
