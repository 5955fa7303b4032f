// What must hold after every step, whatever has happened.

#include <fmt/format.h>

#include <algorithm>

#include "planner/gpus.hpp"
#include "simulation.hpp"

namespace homeport::sim {

using domain::NodeState;
using domain::RunState;

void Simulation::read(const ledger::Ledger::Work& work) {
  const auto done = store_->ledger().read(work);
  if (!done) violation("the ledger cannot be read: " + done.error().message);
}

void Simulation::check_everything() {
  read([this](ledger::Transaction& transaction) -> base::Result<void> {
    check_nodes(transaction);
    check_attempts(transaction);
    check_runs(transaction);
    return base::success();
  });
}

void Simulation::check_nodes(ledger::Transaction& transaction) {
  const auto nodes = transaction.nodes().list_all().value();
  if (static_cast<int>(nodes.size()) > engine_.capacity()) {
    violation(fmt::format("{} nodes for {} places", nodes.size(), engine_.capacity()));
  }
  std::set<std::string> names;
  for (const domain::Node& node : nodes) {
    if (!names.insert(node.host_name).second) violation("two nodes named " + node.host_name);
    if ((node.state == NodeState::Running) == node.run_id.empty() &&
        (node.state == NodeState::Running || node.state == NodeState::Idle)) {
      violation(fmt::format("{} is {} and serves '{}'", node.host_name, to_string(node.state),
                            node.run_id.text()));
    }
  }
}

void Simulation::check_attempts(ledger::Transaction& transaction) {
  std::set<domain::NodeId> taken;
  std::set<int> ports;
  std::set<int> gpus;
  std::set<domain::RunId> runs;
  const auto attempts = transaction.attempts().list_live().value();
  for (const domain::Attempt& attempt : attempts) {
    const auto run = transaction.runs().find(attempt.workspace_id, attempt.run_id).value();
    const std::string name = attempt.run_id.text();
    if (!run) {
      violation("an attempt without its run: " + name);
      continue;
    }
    if (!runs.insert(attempt.run_id).second) violation("two live attempts of " + name);
    if (domain::is_terminal(run->state)) violation("a live attempt of an ended run: " + name);
    if (run->state == RunState::Queued) violation("a live attempt of a waiting run: " + name);
    if (run->attempts != attempt.number) violation("attempts are counted wrongly: " + name);
    if (static_cast<int>(attempt.nodes.size()) != run->spec->node_count) {
      violation("half a gang: " + name);
    }
    for (const domain::NodeId& node : attempt.nodes) {
      if (!taken.insert(node).second) violation("a node serves two attempts, one of " + name);
    }
    for (const domain::ProcessRecord& process : attempt.processes) {
      if (!ports.insert(process.port).second) violation("a port is leased twice: " + name);
    }
    const int wanted = planner::gpus_of_gang(1, run->spec->node_count, kGpus);
    if (static_cast<int>(attempt.gpus.size()) != wanted) violation("half of the GPUs: " + name);
    for (const int gpu : attempt.gpus) {
      if (gpu < 0 || gpu >= kGpus) violation("a GPU that is not there: " + name);
      if (!gpus.insert(gpu).second) violation("a GPU is leased twice: " + name);
    }
  }
}

void Simulation::check_runs(ledger::Transaction& transaction) {
  for (auto& [id, state] : seen_) {
    if (domain::is_terminal(state)) continue;
    const auto run = transaction.runs().find(domain::WorkspaceId("ws"), id).value();
    if (!run) {
      violation("an acknowledged run is lost: " + id.text());
      continue;
    }
    if (run->state != state) {
      note(fmt::format("{} {} -> {} {}", id.text(), to_string(state), to_string(run->state),
                       run->error ? run->error->message : ""));
    }
    state = run->state;
    const bool over = domain::is_terminal(run->state);
    if (over != run->ended_at.has_value()) violation("no time of its end: " + id.text());
    if (run->state == RunState::Failed && !run->error) violation("no reason: " + id.text());
    if (run->state == RunState::Running && !run->started_at) violation("no start: " + id.text());
  }
  const auto unfinished = transaction.runs().list_unfinished().value();
  check_order(transaction, unfinished);
  check_reasons(unfinished);
}

/// Nobody is overtaken in the queue of his cluster: a run that was claimed just now has left nobody
/// waiting who came before it and could run there.
void Simulation::check_order(ledger::Transaction& transaction,
                             const std::vector<domain::Run>& unfinished) {
  if (!inbox_->empty()) return;
  const auto before = [](const domain::Run& a, const domain::Run& b) {
    return std::pair(-a.spec->priority, a.queue_order) <
           std::pair(-b.spec->priority, b.queue_order);
  };
  const auto attempts = transaction.attempts().list_live().value();
  const auto clusters = transaction.clusters().list_all().value();
  for (const domain::Attempt& attempt : attempts) {
    if (attempt.claimed_at != clock_.wall() || attempt.state != domain::AttemptState::Claimed) {
      continue;
    }
    const auto run = transaction.runs().find(attempt.workspace_id, attempt.run_id).value();
    const auto cluster = transaction.clusters().find(run->spec->cluster_id).value();
    int room = engine_.capacity();
    for (const domain::Cluster& other : clusters) {
      const bool deleting = other.state == domain::ClusterState::Deleting;
      if (other.id != cluster->id && !deleting) room -= other.scale.min_nodes;
    }
    room = std::min(room, cluster->scale.max_nodes);
    for (const domain::Run& waiting : unfinished) {
      if (waiting.state != RunState::Queued || waiting.spec->cluster_id != cluster->id) continue;
      if (waiting.spec->node_count <= room && before(waiting, *run)) {
        violation(run->id.text() + " has overtaken " + waiting.id.text());
      }
    }
  }
}

/// Every run that waits says so, and where it stands in its queue. Only looked at when the loop has
/// heard everything.
void Simulation::check_reasons(const std::vector<domain::Run>& unfinished) {
  if (!inbox_->empty() || (step_at_ && *step_at_ <= clock_.monotonic())) return;
  for (const domain::Run& run : unfinished) {
    const auto why = loop_->why(run.workspace_id, run.id);
    if (run.state != RunState::Queued) {
      if (why) violation(run.id.text() + " does not wait, but is said to: " + *why);
      continue;
    }
    const std::string nodes =
        fmt::format("{} node{} of STANDARD_NC6 in {};", run.spec->node_count,
                    run.spec->node_count == 1 ? "" : "s", run.spec->cluster_id.text());
    const int gpus = planner::gpus_of_gang(1, run.spec->node_count, kGpus);
    const std::string begin = "waits for " + nodes;
    const std::string or_begin =
        fmt::format("waits for {} GPU{} for {}", gpus, gpus == 1 ? "" : "s", nodes);
    // A new loop whose first write has failed has not made a plan yet, and says just that.
    const bool no_plan = why && step_at_ && why->rfind("waits for the cluster", 0) == 0;
    const bool right = why && (why->rfind(begin, 0) == 0 || why->rfind(or_begin, 0) == 0);
    if (!no_plan && !right) {
      violation(fmt::format("{} waits and says '{}'", run.id.text(), why.value_or("nothing")));
    }
    if (why && why->find("they are free") != std::string::npos && !step_at_) {
      violation(run.id.text() + " waits for nodes that are free");
    }
  }
}

/// No node of a gang starts before all are prepared; one that has died since was.
void Simulation::check_gang(const domain::Attempt& attempt) {
  for (const domain::NodeId& id : attempt.nodes) {
    const auto node = engine_.nodes().find(id);
    if (node == engine_.nodes().end()) continue;
    const auto part = node->second.attempts.find(attempt.token);
    if (part == node->second.attempts.end() ||
        part->second.phase < engine::AttemptPhase::Prepared) {
      violation(attempt.run_id.text() + " starts before every node is prepared");
    }
  }
}

/// User code starts under a committed claim only, and nowhere else at the same time.
void Simulation::check_setup(const SimNode& node) {
  read([&](ledger::Transaction& transaction) -> base::Result<void> {
    const auto nodes = transaction.nodes().list_all().value();
    for (const domain::Node& row : nodes) {
      const bool serves = row.state == NodeState::Idle || row.state == NodeState::Running;
      if (row.id == node.row.id && serves) violation("a node that serves is set up again");
    }
    return base::success();
  });
}

void Simulation::check_start(const SimNode& node, const SimAttempt& attempt) {
  if (attempt.order.run_id.empty()) return check_setup(node);
  if (with_setup_.count(node.row.cluster_id) != 0 && !node.set_up) {
    violation("a run starts on " + node.row.host_name + ", which was not set up");
  }
  read([&](ledger::Transaction& transaction) -> base::Result<void> {
    const domain::RunId& run = attempt.order.run_id;
    const auto latest = transaction.attempts().find_latest(domain::WorkspaceId("ws"), run).value();
    if (!latest || latest->token != attempt.order.token ||
        latest->state == domain::AttemptState::Ended) {
      violation(fmt::format("{} starts on {} without a claim", run.text(), node.row.host_name));
    }
    if (latest) check_gang(*latest);
    return base::success();
  });
  for (const auto& [id, other] : engine_.nodes()) {
    for (const auto& [token, there] : other.attempts) {
      if (there.order.run_id != attempt.order.run_id || token == attempt.order.token) continue;
      const bool lives = std::any_of(there.processes.begin(), there.processes.end(),
                                     [](const SimProcess& process) { return process.lives(); });
      if (lives) violation("two attempts of one run live at once: " + there.order.run_id.text());
    }
  }
}

}  // namespace homeport::sim
