#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "builders.hpp"
#include "planner/backoff.hpp"

namespace homeport::planner::testing {
namespace {

using ::testing::ElementsAreArray;

struct Case {
  const char* sentence;
  ClusterView cluster;
  int starts;
  std::vector<std::string> dismissals;
};
void PrintTo(const Case& row, std::ostream* out) {
  *out << row.sentence;
}

class Autoscale : public ::testing::TestWithParam<Case> {};

TEST_P(Autoscale, StartsAndDismissesExactlyThese) {
  const Plan plan = plan_of({GetParam().cluster});
  EXPECT_EQ(started(plan, "nc6"), GetParam().starts) << GetParam().sentence;
  EXPECT_THAT(dismissed(plan), ElementsAreArray(GetParam().dismissals)) << GetParam().sentence;
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Autoscale,
    ::testing::Values(
        Case{"an empty cluster without runs stays empty", a_cluster("nc6"), 0, {}},
        Case{"a minimum is kept without any run", a_cluster("nc6").scale(2, 4), 2, {}},
        Case{"nodes on their way count", a_cluster("nc6").scale(2, 4).preparing(1), 1, {}},
        Case{"a gang gets the nodes that it lacks", a_cluster("nc6").idle(1).queue({3}), 2, {}},
        Case{"nodes on their way count for the gang that waits for them",
             a_cluster("nc6").preparing(2).queue({2}),
             0,
             {}},
        Case{"every gang that fits under the maximum gets nodes",
             a_cluster("nc6").scale(0, 4).queue({2, 1, 1}),
             4,
             {}},
        Case{"no node is started for a gang that cannot run beside the others",
             a_cluster("nc6").scale(0, 4).queue({3, 3}),
             3,
             {}},
        Case{"busy nodes count against the maximum",
             a_cluster("nc6").scale(0, 4).running(3).queue({1, 1}),
             1,
             {}},
        Case{"nothing is started for a run larger than the cluster",
             a_cluster("nc6").scale(0, 4).queue({5}),
             0,
             {}},
        Case{"an idle node stays for its idle time", a_cluster("nc6").idle(1, seconds(119)), 0, {}},
        Case{"an idle node leaves after its idle time",
             a_cluster("nc6").idle(1, seconds(120)),
             0,
             {"nc6-0"}},
        Case{"the node that was idle longest leaves first, and the minimum stays",
             a_cluster("nc6").scale(1, 4).idle(1, seconds(300)).idle(1, seconds(900)),
             0,
             {"nc6-1"}},
        Case{"idle nodes that a waiting gang needs stay",
             a_cluster("nc6").scale(0, 2).running(1).idle(1, seconds(900)).queue({2}),
             0,
             {}},
        Case{"a running node is never dismissed, however small the cluster becomes",
             a_cluster("nc6").scale(0, 1).running(3).idle(1),
             0,
             {"nc6-3"}},
        Case{"what is being prepared above a lowered maximum is dismissed before what is idle",
             a_cluster("nc6").scale(0, 1).idle(1).preparing(1),
             0,
             {"nc6-1"}},
        Case{"a broken node is replaced when its wait is over",
             a_cluster("nc6").scale(1, 4).unusable(1),
             1,
             {"nc6-0"}},
        Case{"a broken node stays to be seen while the next try is awaited",
             a_cluster("nc6").scale(1, 4).unusable(1).retry_in(seconds(5)),
             0,
             {}},
        Case{"a preempted node is replaced at once",
             a_cluster("nc6").scale(1, 4).preempted(1),
             1,
             {}},
        Case{"deleting a cluster dismisses all but what still runs",
             a_cluster("nc6").scale(2, 4).running(1).idle(1).preparing(1).unusable(1).deleting(),
             0,
             {"nc6-3", "nc6-2", "nc6-1"}}));

TEST(Autoscale, NewNodesTakeTheLowestFreeIndices) {
  ClusterView cluster = a_cluster("nc6").scale(4, 4).idle(1).leaving(1).idle(1);
  cluster.nodes.erase(cluster.nodes.begin());
  const Plan plan = plan_of({cluster});
  ASSERT_EQ(plan.starts.size(), 3U);
  EXPECT_EQ(plan.starts[0].index, 0);
  EXPECT_EQ(plan.starts[1].index, 3);
  EXPECT_EQ(plan.starts[2].index, 4);
}

TEST(Autoscale, WakesWhenTheNextIdleNodeIsDue) {
  const Plan plan = plan_of({a_cluster("nc6").idle(1, seconds(20)).idle(1, seconds(50))});
  EXPECT_EQ(plan.wake_at, kNow + seconds(70));
}

TEST(Autoscale, WakesForTheNextTryAfterFailedStarts) {
  const Plan plan = plan_of({a_cluster("nc6").queue({1}).retry_in(seconds(7))});
  EXPECT_EQ(started(plan, "nc6"), 0);
  EXPECT_EQ(plan.wake_at, kNow + seconds(7));
}

TEST(Autoscale, IsSteadyOnlyWhenNodesNeitherComeNorGoNorLack) {
  EXPECT_FALSE(plan_of({a_cluster("nc6").scale(1, 2).idle(1)}).outlooks[0].resizing);
  EXPECT_TRUE(plan_of({a_cluster("nc6").scale(1, 2).preparing(1)}).outlooks[0].resizing);
  EXPECT_TRUE(plan_of({a_cluster("nc6").leaving(1)}).outlooks[0].resizing);
  EXPECT_TRUE(plan_of({a_cluster("nc6").scale(1, 2)}, 0).outlooks[0].resizing);
}

TEST(Backoff, DoublesPerRoundAndIsForgottenAfterASuccess) {
  const Policy policy{seconds(5), seconds(15)};
  Backoff backoff;
  backoff.failed(kNow, policy);
  EXPECT_EQ(backoff.retry_at, kNow + seconds(5));
  backoff.failed(kNow + seconds(1), policy);
  EXPECT_EQ(backoff.retry_at, kNow + seconds(5)) << "the same round";
  backoff.failed(kNow + seconds(6), policy);
  EXPECT_EQ(backoff.retry_at, kNow + seconds(16));
  backoff.failed(kNow + seconds(20), policy);
  EXPECT_EQ(backoff.retry_at, kNow + seconds(35)) << "never longer than the last wait";
  backoff.succeeded();
  EXPECT_EQ(backoff, Backoff{});
}

}  // namespace
}  // namespace homeport::planner::testing
