#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fake_clock.hpp"
#include "ledger/memory/memory_ledger.hpp"
#include "service/control/control_loop.hpp"

namespace homeport::service::control::testing {

using engine::AttemptPhase;
using std::chrono::seconds;

/// Writes down what it is told, by node name; nothing happens by itself.
class RecordingEngine final : public engine::Engine {
 public:
  int capacity() const override { return places; }
  void start_node(const domain::Node& node, const engine::NodeSize&) override {
    names[node.id] = node.host_name;
    latest[node.host_name] = node.id;
    orders.push_back("start node " + node.host_name);
  }
  void adopt(const std::vector<domain::Node>& nodes) override {
    for (const auto& node : nodes) {
      names[node.id] = node.host_name;
      latest[node.host_name] = node.id;
      orders.push_back("adopt " + node.host_name);
    }
  }
  void stop_node(const domain::NodeId& node) override { say("stop node", node); }
  void start_attempt(const domain::NodeId& node, const engine::AttemptOrder& order) override {
    say("start attempt", node);
    started[names[node]] = order;
  }
  void launch_attempt(const domain::NodeId& node, const domain::RunId&,
                      const std::string&) override {
    say("launch", node);
  }
  void stop_attempt(const domain::NodeId& node, const domain::RunId&, const std::string&,
                    const std::vector<std::string>& processes,
                    std::chrono::milliseconds grace) override {
    std::string what = "stop";
    for (const auto& process : processes) what += " " + process;
    say(what + " in " + std::to_string(grace.count()) + " ms", node);
  }
  void forget_attempt(const domain::NodeId& node, const domain::RunId&,
                      const std::string&) override {
    say("forget", node);
  }

  std::vector<std::string> take_orders() { return std::exchange(orders, {}); }
  domain::NodeId id_of(const std::string& name) const {
    const auto at = latest.find(name);
    if (at != latest.end()) return at->second;
    ADD_FAILURE() << "no node " << name;
    return {};
  }

  int places = 16;
  std::vector<std::string> orders;
  std::map<std::string, engine::AttemptOrder> started;
  std::map<domain::NodeId, std::string> names;
  std::map<std::string, domain::NodeId> latest;  ///< of each name

 private:
  void say(const std::string& what, const domain::NodeId& node) {
    orders.push_back(what + " on " + names[node]);
  }
};

class PlainComposer final : public AttemptComposer {
 public:
  base::Result<std::vector<engine::AttemptOrder>> compose(
      const domain::Run&, const domain::Attempt&, const domain::Cluster&,
      const std::vector<domain::Node>& nodes) override {
    if (error) return *error;
    return std::vector<engine::AttemptOrder>(nodes.size());
  }
  base::Result<engine::AttemptOrder> compose_setup(const domain::Cluster&,
                                                   const domain::Node&) override {
    if (error) return *error;
    return engine::AttemptOrder{};
  }
  std::string setup_log(const domain::Cluster&, const domain::Node&) override { return "its log"; }
  std::optional<base::Error> error;
};

/// A control loop over a ledger in memory, an engine that only listens, and a clock that stands.
class House : public ::testing::Test {
 protected:
  House() { make_loop(); }

  void make_loop() {
    inbox = std::make_unique<Inbox>();
    loop = std::make_unique<ControlLoop>(
        ControlParts{ledger,
                     engine,
                     composer,
                     clock,
                     *inbox,
                     [this] {
                       std::string text = std::to_string(tokens += token_step);
                       return std::string(12 - text.size(), '0') + text + "abcdefabcdefabcdef";
                     },
                     [this](int port) { return port != busy_port; },
                     {},
                     gpus},
        policy);
    ASSERT_TRUE(loop->load());
  }

  template <typename Work>
  void write(Work work) {
    const auto done = ledger.write(work);
    ASSERT_TRUE(done) << done.error().message;
  }

  domain::ClusterId a_cluster(const std::string& name, int least, int most,
                              domain::VmPriority priority = domain::VmPriority::Dedicated) {
    domain::Cluster cluster;
    cluster.id = domain::ClusterId(name + "-id");
    cluster.workspace_id = workspace;
    cluster.name = name;
    cluster.vm_size = "STANDARD_NC6";
    cluster.scale = {least, most, seconds(120)};
    cluster.priority = priority;
    write([&](ledger::Transaction& tx) { return tx.clusters().insert(cluster); });
    inbox->cluster_changed(cluster.id);
    return cluster.id;
  }

  domain::Run a_run(const std::string& id, const domain::ClusterId& cluster, int nodes = 1,
                    domain::Layout layout = domain::SingleLayout{}) {
    domain::Run run;
    run.id = domain::RunId(id);
    run.workspace_id = workspace;
    run.experiment_id = domain::ExperimentId("experiment");
    run.state = domain::RunState::NotStarted;
    run.spec.emplace();
    run.spec->cluster_id = cluster;
    run.spec->target = "nc6";
    run.spec->node_count = nodes;
    run.spec->layout = layout;
    run.spec->logs = {"build.txt", "prep.txt", "driver.txt", "{role}-{index}.txt"};
    return run;
  }

  void submit(const domain::Run& run) {
    write([&](ledger::Transaction& tx) -> base::Result<void> {
      HP_TRY(auto made, tx.runs().insert(run));
      HP_TRYV(tx.runs().advance(made, domain::RunEvent::Submitted));
      return base::success();
    });
    inbox->run_submitted(run.workspace_id, run.id);
  }

  void cancel(const std::string& id) {
    write([&](ledger::Transaction& tx) -> base::Result<void> {
      HP_TRY(auto run, tx.runs().find(workspace, domain::RunId(id)));
      HP_TRYV(tx.runs().advance(*run, domain::RunEvent::CancelAsked));
      return base::success();
    });
    inbox->run_cancel_requested(workspace, domain::RunId(id));
  }

  /// Steps, and returns what the engine was told.
  std::vector<std::string> step() {
    engine.take_orders();
    const auto done = loop->step();
    if (!done) {
      ADD_FAILURE() << done.error().message;
    } else {
      pause = done.value();
    }
    return engine.take_orders();
  }

  void ready(const std::string& node) {
    inbox->node_ready(engine.id_of(node), {"127.1.0.2", 1, 100, 7, {}});
  }

  /// A cluster whose `count` nodes are idle.
  domain::ClusterId ready_cluster(const std::string& name, int count,
                                  domain::VmPriority priority = domain::VmPriority::Dedicated) {
    const auto id = a_cluster(name, count, count, priority);
    step();
    for (int i = 0; i < count; ++i) ready(name + "-" + std::to_string(i));
    step();
    return id;
  }

  engine::AttemptReport report_of(const std::string& node, AttemptPhase phase) {
    const engine::AttemptOrder& order = engine.started.at(node);
    return {order.run_id, order.number, order.token, phase, {}, {}, {}, {}};
  }

  void report(const std::string& node, AttemptPhase phase,
              std::vector<engine::ProcessReport> processes = {}) {
    engine::AttemptReport told = report_of(node, phase);
    told.processes = std::move(processes);
    inbox->attempt_reported(engine.id_of(node), told);
  }

  engine::ProcessReport started(const std::string& role, int index) {
    return {role, index, clock.wall(), {}, 0, 0, {}};
  }
  engine::ProcessReport ended(const std::string& role, int index, int exit_code = 0,
                              std::string tail = "") {
    return {role, index, clock.wall(), clock.wall(), exit_code, 0, std::move(tail)};
  }

  domain::Run run(const std::string& id) {
    domain::Run found;
    write([&](ledger::Transaction& tx) -> base::Result<void> {
      HP_TRY(auto row, tx.runs().find(workspace, domain::RunId(id)));
      found = row.value();
      return base::success();
    });
    return found;
  }
  domain::RunState state(const std::string& id) { return run(id).state; }

  domain::Attempt attempt(const std::string& id) {
    domain::Attempt found;
    write([&](ledger::Transaction& tx) -> base::Result<void> {
      HP_TRY(auto row, tx.attempts().find_latest(workspace, domain::RunId(id)));
      found = row.value();
      return base::success();
    });
    return found;
  }

  /// "nc6-0 idle" for every node in the ledger.
  std::vector<std::string> nodes() {
    std::vector<std::string> out;
    write([&](ledger::Transaction& tx) -> base::Result<void> {
      HP_TRY(auto rows, tx.nodes().list_all());
      for (const auto& row : rows) out.push_back(row.host_name + " " + to_string(row.state));
      return base::success();
    });
    return out;
  }

  std::string why(const std::string& id) {
    return loop->why(workspace, domain::RunId(id)).value_or("it does not wait");
  }

  const domain::WorkspaceId workspace{"ws"};
  ControlPolicy policy;
  homeport::testing::FakeClock clock;
  ledger::MemoryLedger ledger;
  RecordingEngine engine;
  PlainComposer composer;
  std::unique_ptr<Inbox> inbox;
  std::unique_ptr<ControlLoop> loop;
  std::optional<base::Duration> pause;
  int tokens = 0;
  int token_step = 1;  ///< -1: later ids sort before earlier ones
  int busy_port = 0;
  int gpus = 0;  ///< of the engine's machine, for the next loop
};

}  // namespace homeport::service::control::testing
