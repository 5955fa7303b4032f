#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "builders.hpp"

namespace homeport::planner::testing {
namespace {

using domain::NodeState;

ClusterView any_cluster(std::mt19937& random, const std::string& name) {
  const auto up_to = [&](int most) { return std::uniform_int_distribution<int>(0, most)(random); };
  ClusterBuilder builder = a_cluster(name);
  const int most = 1 + up_to(7);
  builder.scale(up_to(most), most).idle(up_to(2), seconds(up_to(300)));
  if (up_to(2) == 0) {
    builder.manual(up_to(4), static_cast<domain::Deallocation>(up_to(2)));
  }
  for (int i = up_to(3); i > 0; --i) {
    builder.gang(name + "-live-" + std::to_string(i), 1 + up_to(2), seconds(up_to(300)),
                 up_to(2) - 1, up_to(4) == 0);
  }
  builder.preparing(up_to(2)).unusable(up_to(1)).leaving(up_to(1)).preempted(up_to(1));
  if (up_to(3) == 0) builder.unconfirmed(1);
  if (up_to(4) == 0) builder.retry_in(seconds(up_to(10)));
  if (up_to(6) == 0) builder.deleting();
  std::vector<int> counts;
  for (int i = up_to(6); i > 0; --i) counts.push_back(1 + up_to(4));
  return builder.queue(counts, static_cast<uint64_t>(up_to(50)));
}

Snapshot any_snapshot(uint32_t seed) {
  std::mt19937 random(seed);
  Snapshot snapshot;
  const int clusters = std::uniform_int_distribution<int>(1, 4)(random);
  int present = 0;
  for (int i = 0; i < clusters; ++i) {
    snapshot.clusters.push_back(any_cluster(random, "c" + std::to_string(i)));
    present += static_cast<int>(snapshot.clusters.back().nodes.size());
  }
  snapshot.capacity = present + std::uniform_int_distribution<int>(0, 6)(random);
  return snapshot;
}

class AnySnapshot : public ::testing::Test {
 protected:
  static constexpr uint32_t kSeeds = 5'000;
};

TEST_F(AnySnapshot, NeverTakesMoreThanThereIs) {
  for (uint32_t seed = 0; seed < kSeeds; ++seed) {
    const Snapshot snapshot = any_snapshot(seed);
    const Plan made = plan(snapshot, kNow);
    size_t present = 0;
    for (const ClusterView& cluster : snapshot.clusters) {
      present += cluster.nodes.size();
      int serving = 0;
      for (const NodeView& node : cluster.nodes) {
        if (node.state != NodeState::Leaving && node.state != NodeState::Preempted) ++serving;
      }
      const int starts = started(made, cluster.name);
      int left = serving;
      for (const Dismissal& dismissal : made.dismissals) {
        if (dismissal.node.text().rfind(cluster.name + "-", 0) == 0) --left;
      }
      if (starts > 0) {
        ASSERT_LE(left + starts, cluster.scale.max_nodes) << seed;
      }
    }
    ASSERT_LE(present + made.starts.size(), static_cast<size_t>(snapshot.capacity)) << seed;
  }
}

TEST_F(AnySnapshot, PlacesWholeGangsOnIdleNodesAndNobodyTwice) {
  for (uint32_t seed = 0; seed < kSeeds; ++seed) {
    const Snapshot snapshot = any_snapshot(seed);
    const Plan made = plan(snapshot, kNow);
    std::map<RunKey, int> wanted;
    std::set<domain::NodeId> usable;
    std::set<domain::NodeId> running;
    size_t runs = 0;
    for (const ClusterView& cluster : snapshot.clusters) {
      runs += cluster.queue.size();
      for (const QueuedRun& run : cluster.queue) wanted[run.key] = run.node_count;
      for (const NodeView& node : cluster.nodes) {
        if (node.state == NodeState::Idle && node.confirmed) usable.insert(node.id);
        if (node.state == NodeState::Running) running.insert(node.id);
      }
    }
    for (const Placement& placement : made.placements) {
      ASSERT_EQ(static_cast<int>(placement.nodes.size()), wanted[placement.run]) << seed;
      wanted.erase(placement.run);
      for (const domain::NodeId& node : placement.nodes) ASSERT_EQ(usable.erase(node), 1U) << seed;
    }
    for (const Dismissal& dismissal : made.dismissals) {
      ASSERT_EQ(running.count(dismissal.node), 0U) << seed;
      usable.erase(dismissal.node);
    }
    ASSERT_EQ(made.placements.size() + made.waiting.size(), runs)
        << "every run placed or explained";
  }
}

TEST_F(AnySnapshot, InterruptsNoMoreThanASmallerTargetTakes) {
  for (uint32_t seed = 0; seed < kSeeds; ++seed) {
    const Snapshot snapshot = any_snapshot(seed);
    const Plan made = plan(snapshot, kNow);
    std::map<RunKey, domain::Deallocation> told;
    for (const Interruption& interruption : made.interruptions) {
      ASSERT_TRUE(told.emplace(interruption.run, interruption.how).second) << seed;
    }
    for (const ClusterView& cluster : snapshot.clusters) {
      const domain::ScaleSettings& scale = cluster.scale;
      int surplus = -scale.max_nodes;
      for (const RunningGang& gang : cluster.gangs) surplus += gang.ending ? 0 : gang.node_count;
      int smallest = 1000;
      bool any = false;
      for (const RunningGang& gang : cluster.gangs) {
        const auto at = told.find(gang.key);
        if (at == told.end()) continue;
        any = true;
        ASSERT_EQ(at->second, scale.deallocation) << seed;
        ASSERT_FALSE(gang.ending) << seed;
        surplus -= gang.node_count;
        smallest = std::min(smallest, gang.node_count);
      }
      const bool may = scale.mode == domain::ScaleMode::Manual && !cluster.deleting &&
                       scale.deallocation != domain::Deallocation::WaitForRuns;
      ASSERT_TRUE(may || !any) << seed;
      if (may) {
        ASSERT_LE(surplus, 0) << seed;
      }
      if (any) {
        ASSERT_GT(surplus + smallest, 0) << seed << ": one too many";
      }
    }
  }
}

TEST_F(AnySnapshot, IsTheSameWhenAskedTwiceAndWakesInTheFutureOnly) {
  for (uint32_t seed = 0; seed < kSeeds / 10; ++seed) {
    const Snapshot snapshot = any_snapshot(seed);
    const Plan first = plan(snapshot, kNow);
    const Plan second = plan(snapshot, kNow);
    ASSERT_EQ(first.placements, second.placements);
    ASSERT_EQ(first.starts, second.starts);
    ASSERT_EQ(first.dismissals, second.dismissals);
    ASSERT_EQ(first.interruptions, second.interruptions);
    if (first.wake_at) {
      ASSERT_GT(*first.wake_at, kNow);
    }
  }
}

}  // namespace
}  // namespace homeport::planner::testing
