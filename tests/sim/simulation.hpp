#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "chance.hpp"
#include "fake_clock.hpp"
#include "service/control/control_loop.hpp"
#include "sim_engine.hpp"
#include "sim_ledger.hpp"
#include "timeline.hpp"

namespace homeport::sim {

/// Of the engine's machine: gangs of four use the CPU, smaller ones wait for each other.
inline constexpr int kGpus = 3;

/// One story: clients, a server that dies and comes back, nodes that fail, on a simulated clock;
/// the planner and the control loop are the real ones. The seed decides everything.
class Simulation {
 public:
  struct Result {
    std::vector<std::string> violations;  ///< empty: everything held
    FaultCounts faults{};
    int runs = 0;
    int steps = 0;
  };

  /// Every tenth seed plays over SQLite, the others in memory. `tell`: the story goes to stdout.
  explicit Simulation(uint64_t seed, bool tell = false);
  ~Simulation();
  Result play();

 private:
  // The story.
  void submit();
  void cancel_some_run();
  void evict_some_node();
  void rescale_some_cluster();
  void delete_some_cluster();
  void add_cluster();
  void act_randomly();
  void cancel_endless_runs();
  void finish_story();
  void delete_everything();

  // The server.
  void start_server();
  void kill_server();
  void step_if_due();
  bool run_until(base::Duration deadline, const std::function<bool()>& reached);
  /// A client's write: tried again until it is acknowledged, as SDK and CLI do.
  void write_as_client(const ledger::Ledger::Work& work);

  // What must hold (invariants.cpp).
  void check_everything();
  void check_nodes(ledger::Transaction& transaction);
  void check_attempts(ledger::Transaction& transaction);
  void check_runs(ledger::Transaction& transaction);
  void check_order(ledger::Transaction& transaction, const std::vector<domain::Run>& unfinished);
  void check_reasons(const std::vector<domain::Run>& unfinished);
  void check_gang(const domain::Attempt& attempt);
  void check_start(const SimNode& node, const SimAttempt& attempt);
  void check_setup(const SimNode& node);
  bool everything_ended();
  void violation(const std::string& what);
  void read(const ledger::Ledger::Work& work);
  void note(const std::string& what);

  uint64_t seed_;
  bool tell_;
  testing::FakeClock clock_;
  Timeline timeline_;
  Chance chance_;
  std::unique_ptr<SimLedger> store_;
  SimEngine engine_;
  class Composer;
  std::unique_ptr<Composer> composer_;
  std::unique_ptr<service::control::Inbox> inbox_;
  std::unique_ptr<service::control::ControlLoop> loop_;
  std::optional<base::Duration> step_at_;  ///< monotonic
  uint64_t tokens_ = 0;
  int runs_made_ = 0;
  int clusters_made_ = 0;
  std::set<domain::ClusterId> clusters_;  ///< not deleted by a client
  std::set<domain::ClusterId> with_setup_;
  std::map<domain::RunId, domain::RunState> seen_;  ///< acknowledged runs, as last looked at
  Result result_;
};

}  // namespace homeport::sim
