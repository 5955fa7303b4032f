#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "domain/ids.hpp"

namespace homeport::domain {

enum class AttemptState { Claimed, Running, Ended };

/// One process of an attempt and what became of it.
struct ProcessRecord {
  std::string role;      ///< "worker", "ps", "main", "rank"
  int index = 0;         ///< within its role, over all nodes
  int node_index = 0;    ///< into Attempt::nodes
  int port = 0;          ///< leased for it; 0 if none
  std::string log_name;  ///< relative to the run's artifacts
  std::optional<base::TimePoint> started_at;
  std::optional<base::TimePoint> ended_at;
  int exit_code = 0;             ///< valid when ended
  int signal = 0;                ///< that ended it, 0 if none
  std::string error_log_name{};  ///< of standard error; empty: in log_name

  bool operator==(const ProcessRecord&) const = default;
};

/// One try at a run. `token` fences it: every write of an agent carries it. The ports of its
/// processes and its GPUs are leased from Claimed until Ended.
struct Attempt {
  RunId run_id;
  WorkspaceId workspace_id;
  int number = 1;
  std::string token;
  AttemptState state = AttemptState::Claimed;
  std::vector<NodeId> nodes;
  std::vector<ProcessRecord> processes;
  base::TimePoint claimed_at{};
  std::optional<base::TimePoint> ended_at;
  std::string outcome;  ///< one sentence, set when ended
  /// Why it was called back: its run goes to the queue again when it has ended. Empty: it was not.
  std::string recalled{};
  /// Of the machine, from 0. The first ones are the first node's; each node has as many.
  std::vector<int> gpus{};

  bool operator==(const Attempt&) const = default;
};

/// GPUs of the attempt's node `index`.
inline std::vector<int> gpus_on(const Attempt& attempt, int index) {
  if (attempt.nodes.empty()) return {};
  const auto each = static_cast<std::ptrdiff_t>(attempt.gpus.size() / attempt.nodes.size());
  const auto first = attempt.gpus.begin() + index * each;
  return {first, first + each};
}

}  // namespace homeport::domain
