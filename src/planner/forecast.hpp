#pragma once

#include <map>
#include <vector>

#include "base/clock.hpp"
#include "planner/snapshot.hpp"

namespace homeport::planner {

/// What a run holds, and when it is expected to leave them.
struct ExpectedEnd {
  std::vector<domain::NodeId> nodes;
  base::TimePoint at{};
  int gpus = 0;  ///< that it leases
};

/// What a forecast starts from. What is not known is left out: nodes of a run without an expected
/// end never become free, and a cluster without `node_start` gets no new ones.
struct ForecastInput {
  Snapshot snapshot;                          ///< its queues as deep as the forecast is to look
  std::vector<ExpectedEnd> ends;              ///< of the runs on nodes
  std::map<RunKey, base::Duration> expected;  ///< how long queued runs are expected to take
  std::map<domain::ClusterId, base::Duration> node_start;  ///< from its start until it is ready
  int most_plans = 256;                                    ///< bounds what a forecast costs
};

/// When each queued run is expected to get its nodes: plan() run forward over what is expected.
/// Runs whose start cannot be told are not in it. Pure.
std::map<RunKey, base::TimePoint> forecast(const ForecastInput& input, base::TimePoint now);

}  // namespace homeport::planner
