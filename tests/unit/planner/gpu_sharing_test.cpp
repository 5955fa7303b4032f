#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "builders.hpp"
#include "planner/gpus.hpp"

namespace homeport::planner::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Plan plan_with_gpus(std::vector<ClusterView> clusters, int gpus, int free) {
  return plan({16, std::move(clusters), gpus, free}, kNow);
}

TEST(GpusOfAGang, AreAsManyAsItsNodesHaveOrNone) {
  struct Row {
    int per_node, nodes, of_machine, given;
  };
  for (const Row& row : std::vector<Row>{{1, 1, 1, 1},
                                         {1, 2, 2, 2},
                                         {2, 2, 4, 4},
                                         {1, 2, 1, 0},
                                         {4, 1, 3, 0},
                                         {0, 4, 8, 0},
                                         {1, 1, 0, 0},
                                         {1, 2'000'000'000, 8, 0}}) {
    EXPECT_EQ(gpus_of_gang(row.per_node, row.nodes, row.of_machine), row.given)
        << row.per_node << " x " << row.nodes << " of " << row.of_machine;
  }
}

TEST(GpuSharing, AGangIsPlacedOnlyWithAllOfItsGpus) {
  const ClusterView two = a_cluster("nc6").gpus(1).idle(2).queue({2});
  EXPECT_THAT(placed(plan_with_gpus({two}, 2, 2)), ElementsAre("nc6-run-1 on nc6-0 nc6-1"));
  const Plan waits = plan_with_gpus({two}, 2, 1);
  EXPECT_THAT(placed(waits), IsEmpty());
  EXPECT_THAT(dismissed(waits), IsEmpty());
  EXPECT_EQ(describe(waits.waiting.at(0).reason),
            "waits for 2 GPUs for 2 nodes of STANDARD_NC6 in nc6; 1st in the queue; "
            "of this "
            "machine's 2 not enough are free, or they are kept for earlier runs");
}

TEST(GpuSharing, WhatTheMachineCouldNeverGiveIsNotWaitedFor) {
  EXPECT_THAT(placed(plan_with_gpus({a_cluster("nc6").gpus(1).idle(2).queue({2})}, 1, 0)),
              ElementsAre("nc6-run-1 on nc6-0 nc6-1"));
  EXPECT_THAT(placed(plan_with_gpus({a_cluster("nc24").gpus(4).idle(1).queue({1})}, 2, 0)),
              ElementsAre("nc24-run-1 on nc24-0"));
}

TEST(GpuSharing, ASizeWithoutGpusTakesNone) {
  const Plan plan = plan_with_gpus(
      {a_cluster("d2").idle(1).queue({1}, 1), a_cluster("nc6").gpus(1).idle(1).queue({1}, 2)}, 1,
      1);
  EXPECT_THAT(placed(plan), ElementsAre("d2-run-1 on d2-0", "nc6-run-1 on nc6-0"));
}

TEST(GpuSharing, OneGpuGoesToTheOlderRunOfTwoClusters) {
  const Plan plan = plan_with_gpus(
      {a_cluster("a").gpus(1).idle(1).queue({1}, 7), a_cluster("b").gpus(1).idle(1).queue({1}, 3)},
      1, 1);
  EXPECT_THAT(placed(plan), ElementsAre("b-run-1 on b-0"));
  ASSERT_EQ(plan.waiting.size(), 1U);
  EXPECT_EQ(plan.waiting[0].reason.cause, WaitCause::GpusTaken);
}

TEST(GpuSharing, FreeGpusAreKeptForALargeGangThatWasThereBefore) {
  const Plan plan = plan_with_gpus({a_cluster("large").gpus(1).idle(2).queue({2}, 1),
                                    a_cluster("small").gpus(1).idle(1).queue({1}, 2)},
                                   2, 1);
  EXPECT_THAT(placed(plan), IsEmpty());
}

TEST(GpuSharing, AClusterWhoseNodesDoNotStartKeepsNoGpusFromOthers) {
  const Plan plan = plan_with_gpus(
      {a_cluster("broken").gpus(1).unusable(1, "no room").retry_in(seconds(5)).queue({1}, 1),
       a_cluster("well").gpus(1).idle(1).queue({1}, 2)},
      1, 1);
  EXPECT_THAT(placed(plan), ElementsAre("well-run-1 on well-0"));
}

TEST(GpuSharing, ASmallerRunBehindAGangOfItsClusterIsHeldBack) {
  const Plan plan = plan_with_gpus({a_cluster("nc6").gpus(1).idle(3).queue({2, 1})}, 2, 1);
  EXPECT_THAT(placed(plan), IsEmpty());
  ASSERT_EQ(plan.waiting.size(), 2U);
  EXPECT_EQ(plan.waiting[1].reason.cause, WaitCause::BehindOthers);
}

}  // namespace
}  // namespace homeport::planner::testing
