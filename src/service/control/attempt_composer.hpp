#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "domain/attempt.hpp"
#include "domain/cluster.hpp"
#include "domain/node.hpp"
#include "domain/run.hpp"
#include "engine/engine.hpp"

namespace homeport::service::control {

/// Turns a claim into what each node is told: paths, environment, command lines, variables. The
/// control loop knows none of these. Called on the control loop's thread, and so must be quick;
/// called again for the same attempt after a restart, and must then give the same orders.
class AttemptComposer {
 public:
  virtual ~AttemptComposer() = default;
  /// One order per node, in their order. The loop itself sets run_id, number, token, node_index and
  /// launch_when_prepared. An error fails the run with its message: InvalidArgument and NotFound as
  /// the user's, all others as the system's.
  virtual base::Result<std::vector<engine::AttemptOrder>> compose(
      const domain::Run& run, const domain::Attempt& attempt, const domain::Cluster& cluster,
      const std::vector<domain::Node>& nodes) = 0;

  /// What is done with a node of `cluster`, which has a setup, before it serves runs; as an attempt
  /// of no run. The loop itself sets token and launch_when_prepared. An error breaks the node.
  virtual base::Result<engine::AttemptOrder> compose_setup(const domain::Cluster& cluster,
                                                           const domain::Node& node) = 0;
  /// Where a person finds what the setup's command said, in words.
  virtual std::string setup_log(const domain::Cluster& cluster, const domain::Node& node) = 0;
};

}  // namespace homeport::service::control
