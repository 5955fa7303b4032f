#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "builders.hpp"

namespace homeport::planner::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Sharing, MinimumsComeBeforeGangs) {
  const Plan plan = plan_of({a_cluster("a").queue({3}), a_cluster("b").scale(2, 2)}, 4);
  EXPECT_EQ(started(plan, "b"), 2);
  EXPECT_EQ(started(plan, "a"), 0) << "three beside b's minimum never fit on this machine";
}

TEST(Sharing, MinimumsThatTogetherAreTooManyAreFilledEvenly) {
  const Plan plan = plan_of({a_cluster("a").scale(3, 3), a_cluster("b").scale(3, 3)}, 4);
  EXPECT_EQ(started(plan, "a"), 2);
  EXPECT_EQ(started(plan, "b"), 2);
}

TEST(Sharing, TheClusterWithFewerBusyNodesGetsThePlaceFirst) {
  const Plan plan = plan_of(
      {a_cluster("a").running(2).queue({1}, 1), a_cluster("b").running(1).queue({1}, 9)}, 4);
  EXPECT_EQ(started(plan, "a"), 0);
  EXPECT_EQ(started(plan, "b"), 1);
}

TEST(Sharing, OfEqualsTheOlderRunGetsItsWholeGang) {
  const Plan plan = plan_of(
      {a_cluster("a").scale(0, 9).queue({9}, 2), a_cluster("b").scale(0, 9).queue({9}, 1)}, 16);
  EXPECT_EQ(started(plan, "b"), 9);
  EXPECT_EQ(started(plan, "a"), 7) << "the rest is prepared for the next";
}

TEST(Sharing, AGangTakesThePlacesOfIdleNodesThatNobodyNeeds) {
  const Plan plan = plan_of({a_cluster("a").scale(1, 4).idle(4), a_cluster("b").queue({2})}, 4);
  EXPECT_THAT(dismissed(plan), ElementsAre("a-3", "a-2"));
  EXPECT_EQ(started(plan, "b"), 0) << "only when they are gone";
}

TEST(Sharing, PlacesOfLeavingNodesAreAwaitedBeforeMoreAreTaken) {
  const Plan plan =
      plan_of({a_cluster("a").scale(0, 4).idle(2).leaving(2), a_cluster("b").queue({2})}, 4);
  EXPECT_THAT(dismissed(plan), IsEmpty());
}

TEST(Sharing, ABacklogElsewhereDoesNotStarveAClusterThatHasNothing) {
  const Plan plan = plan_of(
      {a_cluster("a").running(3).idle(1).queue({1, 1, 1, 1}, 1), a_cluster("b").queue({2}, 100)},
      4);
  EXPECT_THAT(placed(plan), IsEmpty()) << "a's free place goes to b";
  EXPECT_THAT(dismissed(plan), ElementsAre("a-3"));
}

TEST(Sharing, EqualClustersKeepTheirOwnNodesInsteadOfTradingThem) {
  const Plan plan = plan_of({a_cluster("a").scale(0, 9).running(2).idle(1).queue({1}, 9),
                             a_cluster("b").scale(0, 9).running(2).queue({1}, 1)},
                            5);
  EXPECT_THAT(placed(plan), ElementsAre("a-run-1 on a-2"));
  EXPECT_THAT(dismissed(plan), IsEmpty());
}

TEST(Sharing, AMinimumTakesThePlaceOfAnIdleNode) {
  const Plan plan = plan_of({a_cluster("a").idle(4), a_cluster("b").scale(2, 2)}, 4);
  EXPECT_THAT(dismissed(plan), ElementsAre("a-3", "a-2"));
}

}  // namespace
}  // namespace homeport::planner::testing
