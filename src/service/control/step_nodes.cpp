// What engines tell of nodes, and what follows for them and for the runs on them.

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <utility>

#include "service/control/step.hpp"

namespace homeport::service::control {

using domain::NodeEvent;
using domain::NodeState;

namespace {

constexpr size_t kMostProblems = 10;  // of a cluster; the latest

bool is_on_its_way_out(const NodeEntry& node) {
  return node.row.state == NodeState::Leaving || node.row.state == NodeState::Preempted;
}

bool is_another_agent(const domain::Node& row, const engine::NodeFacts& facts) {
  return row.agent_pid != 0 &&
         (row.agent_pid != facts.agent_pid || row.agent_start_time != facts.agent_start_time);
}

}  // namespace

void Step::learn_cluster(const domain::ClusterId& id, const Rows& rows) {
  const auto row = rows.clusters.find(id);
  if (row == rows.clusters.end()) return;
  ClusterEntry* known = board_.clusters.edit(id);
  if (row->second) {
    if (known != nullptr) {
      // Somebody looked at it: what failed is tried again at once.
      if (known->row.scale != row->second->scale) known->backoff.succeeded();
      known->row = *row->second;
    } else {
      board_.clusters.put(id, ClusterEntry{*row->second, {}});
    }
  } else if (known != nullptr) {
    known->row.state = domain::ClusterState::Deleting;  // Removed behind our back: clear it up.
  }
}

void Step::on(const ClusterChanged& event, const Rows& rows) {
  learn_cluster(event.cluster, rows);
}

void Step::move(NodeEntry& node, NodeEvent event, std::string reason) {
  const auto next = domain::next_state(node.row.state, event);
  if (!next) {
    spdlog::error("node {}: {}", node.row.host_name, next.error().message);
    return;
  }
  // Between runs a node changes a thousand times a second: not worth a line each.
  const bool routine = event == NodeEvent::Assigned || event == NodeEvent::Released;
  spdlog::log(routine ? spdlog::level::debug : spdlog::level::info, "node {} ({}): {} -> {} {}",
              node.row.host_name, node.row.id.text(), domain::to_string(node.row.state),
              domain::to_string(next.value()), reason);
  node.row.state = next.value();
  node.row.state_since = now_.wall;
  node.row.reason = std::move(reason);
  node.since = now_.steady;
}

LiveRun* Step::live_on(const NodeEntry& node) {
  if (!node.live) return nullptr;
  touched_.insert(*node.live);
  return board_.live.edit(*node.live);
}

void Step::on(const NodeReady& event, const Rows&) {
  NodeEntry* node = board_.nodes.edit(event.node);
  if (node == nullptr) {
    order([id = event.node](engine::Engine& engine) { engine.stop_node(id); });
    return;
  }
  if (node->row.state != NodeState::Preparing && is_another_agent(node->row, event.facts)) {
    // What it served is gone with its old agent: nothing may be started on it a second time.
    end_node(event.node, "its agent is not the one that was known");
    return;
  }
  node->row.address = event.facts.address;
  node->row.slot = event.facts.slot;
  node->row.agent_pid = event.facts.agent_pid;
  node->row.agent_start_time = event.facts.agent_start_time;
  if (!event.facts.limits.empty() && board_.clusters.find(node->row.cluster_id) != nullptr) {
    changes_.clusters[node->row.cluster_id].warnings = event.facts.limits;
  }
  const bool taken_over = !std::exchange(node->confirmed, true);
  if (node->row.state == NodeState::Preparing) {
    set_up(*node);
  } else if (taken_over && node->live) {
    restart_on(event.node);
  }
}

void Step::node_is_up(NodeEntry& node) {
  board_.durations.node_took(node.row.cluster_id, now_.steady - node.since);
  move(node, NodeEvent::Ready, "");
  ClusterEntry* cluster = board_.clusters.edit(node.row.cluster_id);
  if (cluster == nullptr) return;
  cluster->backoff.succeeded();
  if (cluster->row.problems.empty()) return;
  cluster->row.problems.clear();
  changes_.clusters[cluster->row.id].problems = cluster->row.problems;
}

void Step::break_node(NodeEntry& node, const std::string& reason, const std::string& code) {
  // A restarted server cannot know whether the start of a node was still ordered: not a failure.
  const bool was_starting = node.row.state == NodeState::Preparing;
  const bool never_started = !node.confirmed && was_starting;
  move(node, NodeEvent::Broken, reason);
  node.row.reason_code = code;
  ClusterEntry* cluster = board_.clusters.edit(node.row.cluster_id);
  if (cluster == nullptr || never_started) return;
  cluster->backoff.failed(now_.steady, tools_.policy.planner);
  if (was_starting) add_problem(*cluster, node.row);
}

void Step::add_problem(ClusterEntry& cluster, const domain::Node& node) {
  auto& problems = cluster.row.problems;
  const auto same = [&](const domain::ClusterProblem& problem) {
    return problem.code == node.reason_code && problem.message == node.reason;
  };
  std::erase_if(problems, same);
  problems.push_back({node.reason_code, node.host_name, node.reason, now_.wall});
  if (problems.size() > kMostProblems) problems.erase(problems.begin());
  changes_.clusters[cluster.row.id].problems = problems;
}

void Step::on(const NodeFailed& event, const Rows&) {
  NodeEntry* node = board_.nodes.edit(event.node);
  if (node == nullptr || node->row.state != NodeState::Preparing) return;
  break_node(*node, event.reason);
}

void Step::lose(const domain::NodeId& id, const std::string& reason) {
  NodeEntry* node = board_.nodes.edit(id);
  if (node == nullptr) return;
  if (LiveRun* live = live_on(*node)) {
    Part& part = *live->part_on(id);
    part.dead = true;
    part.silent = false;
    if (part.loss.empty()) part.loss = reason;
  }
  if (!is_on_its_way_out(*node) && node->row.state != NodeState::Unusable) {
    break_node(*node, reason);
  }
}

void Step::on(const NodeLost& event, const Rows&) {
  lose(event.node, event.reason);
}

void Step::on(const NodeGone& event, const Rows&) {
  const NodeEntry* node = board_.nodes.find(event.node);
  if (node == nullptr) return;
  const std::string reason = node->row.reason.empty() ? "it went away by itself" : node->row.reason;
  lose(event.node, reason);
  board_.nodes.erase(event.node);
}

void Step::on(const EvictRequested& event, const Rows&) {
  NodeEntry* node = board_.nodes.edit(event.node);
  if (node == nullptr) return;
  if (node->row.state != NodeState::Idle && node->row.state != NodeState::Running) return;
  move(*node, NodeEvent::Evicted, event.reason);
  LiveRun* live = live_on(*node);
  if (live != nullptr) {
    live->part_on(event.node)->loss = event.reason;
    decide(*live, tools_.policy.most_attempts);
    if (event.grace.count() > 0 && live->ending && !live->stop_by)
      live->ending->grace = event.grace;
  }
  // With a grace it goes when its run has left it: release_nodes(), or end_deaf_nodes() if not.
  if (live == nullptr || event.grace.count() == 0) stop_evicted(*node);
}

void Step::stop_evicted(NodeEntry& node) {
  if (std::exchange(node.end_ordered, now_.steady)) return;
  order([id = node.row.id](engine::Engine& engine) { engine.stop_node(id); });
}

void Step::set_silent(const domain::NodeId& id, bool silent) {
  NodeEntry* node = board_.nodes.edit(id);
  if (node == nullptr || node->silent_since.has_value() == silent) return;
  node->silent_since = silent ? std::optional(now_.steady) : std::nullopt;
  if (LiveRun* live = live_on(*node)) live->part_on(id)->silent = silent;
}

void Step::on(const NodeSilent& event, const Rows&) {
  set_silent(event.node, true);
}

void Step::on(const NodeHeard& event, const Rows&) {
  set_silent(event.node, false);
}

/// A node is not given up before its lease is over, and its run not before it is proven dead: so it
/// is told to go, and what the engine then says is the proof.
void Step::watch_silence() {
  std::vector<domain::NodeId> expired;
  for (const auto& [id, node] : board_.nodes.all()) {
    const auto since = node.end_ordered ? node.end_ordered : node.silent_since;
    if (!since || is_on_its_way_out(node)) continue;
    const base::TimePoint due = *since + tools_.policy.lease;
    if (due <= now_.steady) {
      expired.push_back(id);
    } else {
      wake(due);
    }
  }
  for (const domain::NodeId& id : expired) {
    end_node(
        id,
        fmt::format("nothing was heard of it for {} s",
                    std::chrono::duration_cast<std::chrono::seconds>(tools_.policy.lease).count()));
  }
}

void Step::end_node(const domain::NodeId& id, const std::string& reason) {
  NodeEntry* node = board_.nodes.edit(id);
  if (node == nullptr) return;
  if (node->row.state == NodeState::Preempted) stop_evicted(*node);
  if (is_on_its_way_out(*node)) return;
  if (node->row.reason.empty()) node->row.reason = reason;
  node->end_ordered = now_.steady;
  wake(now_.steady + tools_.policy.lease);
  if (LiveRun* live = live_on(*node)) {
    Part& part = *live->part_on(id);
    if (part.loss.empty()) part.loss = reason;
  }
  order([id](engine::Engine& engine) { engine.stop_node(id); });
}

}  // namespace homeport::service::control
