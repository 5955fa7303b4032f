#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "domain/node.hpp"
#include "domain/workspace.hpp"
#include "ledger/run_figures.hpp"
#include "service/context.hpp"

namespace homeport::service {

/// A cluster's nodes and its queue.
struct ClusterFigures {
  domain::WorkspaceKey workspace;
  std::string name;
  std::map<domain::NodeState, int> nodes;  ///< a state without nodes may be missing
  int min_nodes = 0;
  int max_nodes = 0;
  int64_t waiting_runs = 0;
  std::chrono::microseconds longest_wait{0};  ///< since the oldest of them was created
};

/// What the service holds at one moment, in numbers.
struct ServiceFigures {
  ledger::RunCounts runs;  ///< of all workspaces
  size_t workspaces = 0;
  std::vector<ClusterFigures> clusters;  ///< by name; each once
  int node_capacity = 0;                 ///< of the engine
  int gpus = 0;                          ///< of the engine's machine
  int leased_gpus = 0;
};

/// Reads them from the ledger, in one snapshot. Costs O(clusters, nodes and unfinished runs). A run
/// whose cluster is gone counts in `runs` only. The ledger's errors.
base::Result<ServiceFigures> read_figures(const Context& context);

}  // namespace homeport::service
