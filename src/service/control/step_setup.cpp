// Between the first word of a node's agent and its first run: the setup of its cluster, which is
// an attempt of no run. Its token is the node's own, so a restarted loop knows it again: the agent
// that has it already only says how far it is.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "service/control/step.hpp"

namespace homeport::service::control {

namespace {

constexpr const char* kSetupFailed = "SetupFailed";

std::string token_of(const domain::Node& node) {
  return "setup-" + node.id.text();
}

/// Why a setup that has ended did not succeed; empty if it did.
std::string failure_of(const engine::AttemptReport& report, const std::string& log) {
  if (!report.error.empty()) return fmt::format("its setup failed: {}", report.error);
  for (const engine::ProcessReport& process : report.processes) {
    if (process.ended_at == base::TimePoint{}) return "its setup was cut off";
    if (process.exit_code == 0 && process.signal == 0) continue;
    const std::string how = process.signal != 0
                                ? fmt::format("was ended by signal {}", process.signal)
                                : fmt::format("ended with exit code {}", process.exit_code);
    const std::string said =
        process.log_tail.empty() ? "" : fmt::format(". Last lines:\n{}", process.log_tail);
    return fmt::format("its setup command {} (log: {}){}", how, log, said);
  }
  return {};
}

}  // namespace

void Step::set_up(NodeEntry& node) {
  const ClusterEntry* cluster = board_.clusters.find(node.row.cluster_id);
  if (cluster == nullptr || !cluster->row.setup) return node_is_up(node);
  auto order_made = tools_.composer.compose_setup(cluster->row, node.row);
  if (!order_made) {
    const base::Error& error = order_made.error();
    return break_node(node, fmt::format("its setup cannot begin: {}", error.message),
                      error.reason == engine::kMountFailed ? error.reason : kSetupFailed);
  }
  engine::AttemptOrder& made = order_made.value();
  made.token = token_of(node.row);
  made.launch_when_prepared = true;
  order([id = node.row.id, what = std::move(made)](engine::Engine& engine) {
    engine.start_attempt(id, what);
  });
}

bool Step::take_setup_report(const AttemptReported& event) {
  const NodeEntry* known = board_.nodes.find(event.node);
  const engine::AttemptReport& report = event.report;
  if (known == nullptr || known->row.state != domain::NodeState::Preparing) return false;
  if (report.token != token_of(known->row)) return false;
  NodeEntry* node = board_.nodes.edit(event.node);
  set_silent(event.node, false);
  if (report.phase != engine::AttemptPhase::Ended) return true;
  order([id = event.node, token = report.token](engine::Engine& engine) {
    engine.forget_attempt(id, {}, token);
  });
  const ClusterEntry* cluster = board_.clusters.find(node->row.cluster_id);
  if (cluster != nullptr && !report.warnings.empty()) {
    auto& warnings = changes_.clusters[cluster->row.id].warnings;
    warnings.insert(warnings.end(), report.warnings.begin(), report.warnings.end());
  }
  const std::string log =
      cluster == nullptr ? "" : tools_.composer.setup_log(cluster->row, node->row);
  const std::string failure = failure_of(report, log);
  if (failure.empty()) {
    node_is_up(*node);
  } else {
    break_node(*node, failure,
               report.error_code.empty() ? kSetupFailed : report.error_code.c_str());
  }
  return true;
}

}  // namespace homeport::service::control
