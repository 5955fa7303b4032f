#include "sim_engine.hpp"

#include <algorithm>
#include <utility>

namespace homeport::sim {

using engine::AttemptPhase;
using std::chrono::milliseconds;
using std::chrono::seconds;

SimEngine::SimEngine(Timeline& timeline, const base::Clock& clock, Chance& chance, int capacity,
                     std::function<void(std::string)> violation)
    : timeline_(timeline),
      clock_(clock),
      chance_(chance),
      capacity_(capacity),
      violation_(std::move(violation)) {}

void SimEngine::connect(engine::EngineEvents* events) {
  events_ = events;
  announced_.clear();
  ++generation_;
}

void SimEngine::tell(base::Duration delay, std::function<void(engine::EngineEvents&)> what) {
  if (events_ == nullptr) return;
  timeline_.after(delay, [this, what = std::move(what), generation = generation_] {
    if (events_ != nullptr && generation == generation_) what(*events_);
  });
}

void SimEngine::tell_ready(base::Duration delay, const SimNode& node) {
  const engine::NodeFacts facts{"127.1.0." + std::to_string(node.pid), node.pid, node.pid, 1, {}};
  tell(delay, [this, id = node.row.id, facts](auto& events) {
    announced_.insert(id);
    events.node_ready(id, facts);
  });
}

void SimEngine::start_node(const domain::Node& row, const engine::NodeSize&) {
  if (nodes_.count(row.id) != 0) violation_("node started twice: " + row.host_name);
  SimNode node;
  node.row = row;
  node.pid = ++pids_;
  if (chance_.strikes(Fault::SlowNode, 12)) node.slowness = 20;
  const int slowness = node.slowness;
  nodes_.emplace(row.id, std::move(node));
  if (static_cast<int>(nodes_.size()) > capacity_) violation_("more nodes than there are places");
  if (chance_.strikes(Fault::FailedStart, 15)) {
    timeline_.after(seconds(2), [this, id = row.id] {
      if (nodes_.erase(id) == 0) return;
      tell(milliseconds(1), [id](auto& events) { events.node_failed(id, "it did not come up"); });
    });
    return;
  }
  timeline_.after(chance_.time(milliseconds(50), seconds(3)) * slowness,
                  [this, id = row.id] { come_up(id); });
}

void SimEngine::come_up(const domain::NodeId& id) {
  const auto at = nodes_.find(id);
  if (at == nodes_.end()) return;
  at->second.up = true;
  tell_ready(milliseconds(1), at->second);
}

void SimEngine::adopt(const std::vector<domain::Node>& rows) {
  std::set<domain::NodeId> known;
  for (const domain::Node& row : rows) {
    known.insert(row.id);
    const auto at = nodes_.find(row.id);
    if (at == nodes_.end()) {
      tell(chance_.time(milliseconds(1), seconds(1)),
           [id = row.id](auto& events) { events.node_lost(id, "no agent of it was found"); });
    } else if (at->second.silent) {
      tell(seconds(5), [id = row.id](auto& events) { events.node_silent(id, {}); });
    } else if (at->second.up) {
      tell_ready(chance_.time(milliseconds(1), milliseconds(500)), at->second);
      for (const auto& [token, attempt] : at->second.attempts) report(at->second, attempt);
    }
  }
  for (auto at = nodes_.begin(); at != nodes_.end();) {
    at = known.count(at->first) == 0 ? nodes_.erase(at) : std::next(at);
  }
}

void SimEngine::stop_node(const domain::NodeId& id) {
  const auto at = nodes_.find(id);
  const bool deaf = at != nodes_.end() && at->second.silent;
  timeline_.after(chance_.time(milliseconds(1), seconds(deaf ? 60 : 2)), [this, id] {
    nodes_.erase(id);
    tell(milliseconds(1), [id](auto& events) { events.node_gone(id); });
  });
}

void SimEngine::die(const domain::NodeId& id, const std::string& reason) {
  if (nodes_.erase(id) == 0) return;
  tell(chance_.time(milliseconds(1), seconds(1)),
       [id, reason](auto& events) { events.node_lost(id, reason); });
}

domain::NodeId SimEngine::some_node() {
  std::vector<domain::NodeId> fitting;
  for (const auto& [id, node] : nodes_) {
    if (node.up && !node.silent) fitting.push_back(id);
  }
  if (fitting.empty()) return {};
  return fitting[static_cast<size_t>(chance_.between(0, static_cast<int64_t>(fitting.size()) - 1))];
}

void SimEngine::kill_some_node() {
  const domain::NodeId id = some_node();
  if (id.empty()) return;
  chance_.count(Fault::DeadNode);
  die(id, "its agent was killed");
}

void SimEngine::cut_off_some_node() {
  const domain::NodeId id = some_node();
  if (id.empty()) return;
  chance_.count(Fault::SilentNode);
  nodes_.at(id).silent = true;
  tell(seconds(5), [this, id](auto& events) {
    const auto at = nodes_.find(id);
    if (at != nodes_.end() && at->second.silent) events.node_silent(id, clock_.wall());
  });
  timeline_.after(chance_.time(seconds(1), seconds(150)), [this, id] { heal(id); });
}

void SimEngine::heal(const domain::NodeId& id) {
  const auto at = nodes_.find(id);
  if (at == nodes_.end() || !at->second.silent) return;
  SimNode& node = at->second;
  node.silent = false;
  tell_ready(milliseconds(1), node);
  tell(milliseconds(1), [id](auto& events) { events.node_heard(id); });
  for (auto& what : std::exchange(node.held, {})) what();
  for (const auto& [token, attempt] : node.attempts) report(node, attempt);
}

void SimEngine::to_agent(const domain::NodeId& id, std::function<void(SimNode&)> what) {
  timeline_.after(milliseconds(1), [this, id, what = std::move(what)] {
    const auto at = nodes_.find(id);
    if (at == nodes_.end() || !at->second.up) return;
    if (!at->second.silent) {
      what(at->second);
      return;
    }
    at->second.held.emplace_back([this, id, what] {
      const auto there = nodes_.find(id);
      if (there != nodes_.end()) what(there->second);
    });
  });
}

SimAttempt* SimEngine::find(const domain::NodeId& id, const std::string& token) {
  const auto node = nodes_.find(id);
  if (node == nodes_.end()) return nullptr;
  const auto at = node->second.attempts.find(token);
  return at == node->second.attempts.end() ? nullptr : &at->second;
}

void SimEngine::later(const domain::NodeId& id, const std::string& token, base::Duration delay,
                      std::function<void(SimNode&, SimAttempt&)> what) {
  timeline_.after(delay, [this, id, token, what = std::move(what)] {
    if (SimAttempt* attempt = find(id, token)) what(nodes_.at(id), *attempt);
  });
}

void SimEngine::start_attempt(const domain::NodeId& id, const engine::AttemptOrder& order) {
  if (announced_.count(id) == 0) violation_("a start on a node that nobody has heard of");
  to_agent(id, [this, order](SimNode& node) { accept(node, order); });
}

void SimEngine::accept(SimNode& node, const engine::AttemptOrder& order) {
  if (const auto known = node.attempts.find(order.token); known != node.attempts.end()) {
    report(node, known->second);
    return;
  }
  if (node.started.count(order.token) != 0) violation_("an attempt was started a second time");
  SimAttempt attempt;
  attempt.order = order;
  for (const engine::ProcessOrder& process : order.processes) {
    SimProcess made;
    made.report.role = process.role;
    made.report.index = process.index;
    made.server = process.role == "ps";
    attempt.processes.push_back(std::move(made));
  }
  SimAttempt& kept = node.attempts[order.token] = std::move(attempt);
  beat(node.row.id, order.token);
  prepare(node, kept);
}

void SimEngine::prepare(SimNode& node, SimAttempt& attempt) {
  const bool fails = std::any_of(
      attempt.order.processes.begin(), attempt.order.processes.end(),
      [](const engine::ProcessOrder& process) { return process.argv.front() == "unbuildable"; });
  const base::Duration takes = chance_.time(milliseconds(1), seconds(2)) * node.slowness;
  if (attempt.order.node_index == 0 && chance_.one_in(3)) {
    attempt.phase = AttemptPhase::Building;
    report(node, attempt);
  }
  later(node.row.id, attempt.order.token, takes, [this, fails](SimNode& on, SimAttempt& it) {
    if (it.stopping) return;
    if (!fails) {
      prepared(on, it);
      return;
    }
    it.error = "the environment could not be built";
    it.phase = AttemptPhase::Ended;
    report(on, it);
  });
}

void SimEngine::prepared(SimNode& node, SimAttempt& attempt) {
  attempt.phase = AttemptPhase::Prepared;
  if (attempt.order.launch_when_prepared) {
    launch(node, attempt);
  } else {
    report(node, attempt);
  }
}

void SimEngine::launch_attempt(const domain::NodeId& id, const domain::RunId&,
                               const std::string& token) {
  to_agent(id, [this, token](SimNode& node) {
    const auto at = node.attempts.find(token);
    if (at == node.attempts.end() || at->second.phase != AttemptPhase::Prepared) return;
    if (!at->second.stopping) launch(node, at->second);
  });
}

void SimEngine::launch(SimNode& node, SimAttempt& attempt) {
  attempt.phase = AttemptPhase::Running;
  node.started.insert(attempt.order.token);
  on_start(node, attempt);
  for (size_t i = 0; i < attempt.processes.size(); ++i) {
    attempt.processes[i].report.started_at = clock_.wall();
    if (attempt.processes[i].server) continue;
    const std::string& story = attempt.order.processes[i].argv.front();
    const bool setup = attempt.order.run_id.empty();
    const bool fails = setup ? chance_.strikes(Fault::FailingSetup, 6)
                             : story == "failing" && attempt.processes[i].report.index == 0;
    const int exit_code = fails ? 3 : 0;
    const base::Duration takes =
        story == "endless" ? std::chrono::hours(40) : chance_.time(milliseconds(1), seconds(90));
    later(node.row.id, attempt.order.token, takes * node.slowness,
          [this, i, exit_code](SimNode& on, SimAttempt& it) {
            end_process(on, it, i, exit_code, 0);
          });
  }
  report(node, attempt);
  check_all_ended(node, attempt);
}

void SimEngine::end_process(SimNode& node, SimAttempt& attempt, size_t at, int exit_code,
                            int signal) {
  SimProcess& process = attempt.processes[at];
  if (!process.lives()) return;
  process.report.ended_at = clock_.wall();
  process.report.exit_code = exit_code;
  process.report.signal = signal;
  if (attempt.order.run_id.empty()) node.set_up = exit_code == 0 && signal == 0;
  report(node, attempt);
  check_all_ended(node, attempt);
}

void SimEngine::check_all_ended(SimNode& node, SimAttempt& attempt) {
  if (std::any_of(attempt.processes.begin(), attempt.processes.end(),
                  [](const SimProcess& process) { return process.lives(); })) {
    return;
  }
  if (attempt.order.stays && !attempt.stopping) return;
  later(node.row.id, attempt.order.token, chance_.time(milliseconds(1), seconds(1)),
        [this](SimNode& on, SimAttempt& it) {
          if (it.phase == AttemptPhase::Ended) return;
          it.phase = AttemptPhase::Ended;
          report(on, it);
        });
}

void SimEngine::stop_attempt(const domain::NodeId& id, const domain::RunId&,
                             const std::string& token, const std::vector<std::string>& processes,
                             milliseconds grace) {
  to_agent(id, [this, token, processes, grace](SimNode& node) {
    const auto at = node.attempts.find(token);
    if (at != node.attempts.end()) stop(node, at->second, processes, grace);
  });
}

void SimEngine::stop(SimNode& node, SimAttempt& attempt, const std::vector<std::string>& names,
                     milliseconds grace) {
  if (names.empty()) attempt.stopping = true;
  for (size_t i = 0; i < attempt.processes.size(); ++i) {
    const engine::ProcessReport& process = attempt.processes[i].report;
    const std::string name = process.role + "/" + std::to_string(process.index);
    const bool named = std::find(names.begin(), names.end(), name) != names.end();
    if (!attempt.processes[i].lives() || (!names.empty() && !named)) continue;
    const bool stubborn = chance_.strikes(Fault::StubbornProcess, 4);
    const base::Duration takes =
        stubborn ? base::Duration(grace) : chance_.time(milliseconds(0), milliseconds(500));
    later(node.row.id, attempt.order.token, takes,
          [this, i, stubborn](SimNode& on, SimAttempt& it) {
            end_process(on, it, i, 0, stubborn ? 9 : 15);
          });
  }
  check_all_ended(node, attempt);
}

void SimEngine::forget_attempt(const domain::NodeId& id, const domain::RunId&,
                               const std::string& token) {
  to_agent(id, [this, token](SimNode& node) {
    const auto at = node.attempts.find(token);
    if (at == node.attempts.end()) return;
    if (at->second.phase != AttemptPhase::Ended) violation_("an attempt was forgotten alive");
    node.attempts.erase(at);
  });
}

void SimEngine::report(const SimNode& node, const SimAttempt& attempt) {
  if (!node.up || node.silent) return;
  engine::AttemptReport told;
  told.run_id = attempt.order.run_id;
  told.number = attempt.order.number;
  told.token = attempt.order.token;
  told.phase = attempt.phase;
  told.error = attempt.error;
  for (const SimProcess& process : attempt.processes) told.processes.push_back(process.report);
  if (chance_.strikes(Fault::LostReport, 10)) return;
  const auto send = [&](base::Duration delay) {
    tell(delay, [id = node.row.id, told](auto& events) { events.attempt_reported(id, told); });
  };
  const bool late = chance_.strikes(Fault::LateReport, 10);
  send(late ? chance_.time(seconds(1), seconds(40)) : chance_.time({}, milliseconds(5)));
  if (chance_.strikes(Fault::DoubledReport, 10)) send(chance_.time({}, seconds(60)));
}

/// An agent says again what it knows until the server has told it to forget.
void SimEngine::beat(const domain::NodeId& id, const std::string& token) {
  later(id, token, seconds(5), [this, id, token](SimNode& node, SimAttempt& attempt) {
    report(node, attempt);
    beat(id, token);
  });
}

}  // namespace homeport::sim
