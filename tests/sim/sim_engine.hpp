#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "chance.hpp"
#include "engine/engine.hpp"
#include "timeline.hpp"

namespace homeport::sim {

struct SimProcess {
  engine::ProcessReport report;
  bool server = false;  ///< lives until it is told to stop

  bool lives() const {
    return report.started_at != base::TimePoint{} && report.ended_at == base::TimePoint{};
  }
};

/// An attempt as one agent has it.
struct SimAttempt {
  engine::AttemptOrder order;
  engine::AttemptPhase phase = engine::AttemptPhase::Preparing;
  std::vector<SimProcess> processes;
  std::string error;
  bool stopping = false;
};

/// A node and its agent. They live on when the server dies.
struct SimNode {
  domain::Node row;
  bool up = false;
  bool silent = false;
  bool set_up = false;  ///< its setup has succeeded
  int slowness = 1;
  int pid = 0;
  std::map<std::string, SimAttempt> attempts;  ///< by token
  std::set<std::string> started;               ///< every token that user code ran under
  std::vector<std::function<void()>> held;     ///< orders that wait until it is heard again
};

/// Nodes and agents on the simulated clock, with faults. Breaking a rule of engine.hpp is reported
/// to `violation`.
class SimEngine final : public engine::Engine {
 public:
  SimEngine(Timeline& timeline, const base::Clock& clock, Chance& chance, int capacity,
            std::function<void(std::string)> violation);

  /// Whom it tells; null while the server is dead: then nobody hears.
  void connect(engine::EngineEvents* events);

  int capacity() const override { return capacity_; }
  void start_node(const domain::Node& node, const engine::NodeSize& size) override;
  void adopt(const std::vector<domain::Node>& nodes) override;
  void stop_node(const domain::NodeId& node) override;
  void start_attempt(const domain::NodeId& node, const engine::AttemptOrder& order) override;
  void launch_attempt(const domain::NodeId& node, const domain::RunId& run,
                      const std::string& token) override;
  void stop_attempt(const domain::NodeId& node, const domain::RunId& run, const std::string& token,
                    const std::vector<std::string>& processes,
                    std::chrono::milliseconds grace) override;
  void forget_attempt(const domain::NodeId& node, const domain::RunId& run,
                      const std::string& token) override;

  /// Faults that the story asks for. Each takes some node, if there is a fitting one.
  void kill_some_node();
  void cut_off_some_node();

  const std::map<domain::NodeId, SimNode>& nodes() const { return nodes_; }
  /// Called when user code starts.
  std::function<void(const SimNode&, const SimAttempt&)> on_start;

 private:
  void come_up(const domain::NodeId& id);
  void die(const domain::NodeId& id, const std::string& reason);
  void heal(const domain::NodeId& id);
  void tell(base::Duration delay, std::function<void(engine::EngineEvents&)> what);
  void to_agent(const domain::NodeId& id, std::function<void(SimNode&)> what);
  void tell_ready(base::Duration delay, const SimNode& node);
  domain::NodeId some_node();

  SimAttempt* find(const domain::NodeId& id, const std::string& token);
  void later(const domain::NodeId& id, const std::string& token, base::Duration delay,
             std::function<void(SimNode&, SimAttempt&)> what);
  void accept(SimNode& node, const engine::AttemptOrder& order);
  void prepare(SimNode& node, SimAttempt& attempt);
  void prepared(SimNode& node, SimAttempt& attempt);
  void launch(SimNode& node, SimAttempt& attempt);
  void end_process(SimNode& node, SimAttempt& attempt, size_t at, int exit_code, int signal);
  void check_all_ended(SimNode& node, SimAttempt& attempt);
  void stop(SimNode& node, SimAttempt& attempt, const std::vector<std::string>& names,
            std::chrono::milliseconds grace);
  void report(const SimNode& node, const SimAttempt& attempt);
  void beat(const domain::NodeId& id, const std::string& token);

  Timeline& timeline_;
  const base::Clock& clock_;
  Chance& chance_;
  int capacity_;
  std::function<void(std::string)> violation_;
  engine::EngineEvents* events_ = nullptr;
  uint64_t generation_ = 0;  ///< of the server: what was sent to a dead one is not heard
  int pids_ = 100;
  std::map<domain::NodeId, SimNode> nodes_;
  std::set<domain::NodeId> announced_;  ///< ready, as this server has heard
};

}  // namespace homeport::sim
