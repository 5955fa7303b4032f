// When waiting runs are expected to start: the planner run forward on what runs took lately.

#include <utility>

#include "planner/forecast.hpp"
#include "service/control/step.hpp"

namespace homeport::service::control {
namespace {

constexpr size_t kDepth = 100;  // of each queue: who stands further back is told nothing yet
constexpr base::Duration kAlmostOver = std::chrono::seconds(1);

/// A new cluster's first node: what the local engine takes, when nothing has to be set up.
constexpr base::Duration kFirstNode = std::chrono::seconds(1);

}  // namespace

void Step::foresee() {
  planner::ForecastInput input;
  input.snapshot = snapshot();
  for (planner::ClusterView& view : input.snapshot.clusters) {
    view.queue.clear();
    for (const SharedRun& run : board_.waiting.some(view.id, kDepth)) {
      const domain::RunSpec& spec = *run->spec;
      view.queue.push_back({key_of(*run), spec.node_count, spec.priority, run->queue_order});
      const auto expected = board_.durations.of_run(*run);
      if (expected) input.expected.emplace(key_of(*run), *expected);
    }
    const bool quick = !board_.clusters.find(view.id)->row.setup;
    const auto start = board_.durations.of_node(view.id);
    if (start || quick) input.node_start.emplace(view.id, start.value_or(kFirstNode));
  }
  for (const auto& [key, live] : board_.live.all()) expect_end(live, input);
  expected_starts_ = planner::forecast(input, now_.steady);
}

void Step::expect_end(const LiveRun& live, planner::ForecastInput& input) const {
  const auto expected = board_.durations.of_run(*live.run);
  if (!expected && !live.ending) return;
  planner::ExpectedEnd end;
  end.gpus = static_cast<int>(live.attempt.gpus.size());
  for (const Part& part : live.parts) {
    const NodeEntry* node = board_.nodes.find(part.node);
    if (node == nullptr || node->row.state != domain::NodeState::Running) continue;
    end.nodes.push_back(part.node);
    end.at = live.ending ? now_.steady + kAlmostOver : node->since + *expected;
  }
  input.ends.push_back(std::move(end));
}

/// What a run that succeeded took is what the next one of its kind is expected to take.
void Step::learn_duration(const LiveRun& live) {
  if (live.ending->outcome != Outcome::Completed || !live.run->spec) return;
  const NodeEntry* node = board_.nodes.find(live.parts.front().node);
  if (node == nullptr || node->row.state != domain::NodeState::Running) return;
  board_.durations.run_took(*live.run, now_.steady - node->since);
}

}  // namespace homeport::service::control
