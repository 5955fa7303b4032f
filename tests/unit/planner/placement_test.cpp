#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "builders.hpp"

namespace homeport::planner::testing {
namespace {

using ::testing::ElementsAreArray;

struct Case {
  const char* sentence;
  ClusterView cluster;
  std::vector<std::string> placements;
};
void PrintTo(const Case& row, std::ostream* out) {
  *out << row.sentence;
}

class Placing : public ::testing::TestWithParam<Case> {};

TEST_P(Placing, GivesExactlyThese) {
  const Plan plan = plan_of({GetParam().cluster});
  EXPECT_THAT(placed(plan), ElementsAreArray(GetParam().placements)) << GetParam().sentence;
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Placing,
    ::testing::Values(Case{"a run of one node takes the idle node with the lowest index",
                           a_cluster("nc6").idle(2).queue({1}),
                           {"nc6-run-1 on nc6-0"}},
                      Case{"a gang of two waits while only one node is idle",
                           a_cluster("nc6").idle(1).queue({2}),
                           {}},
                      Case{"a gang takes all its nodes at once",
                           a_cluster("nc6").idle(3).queue({2}),
                           {"nc6-run-1 on nc6-0 nc6-1"}},
                      Case{"a small run does not overtake a gang that waits before it",
                           a_cluster("nc6").idle(1).running(1).queue({2, 1}),
                           {}},
                      Case{"runs are placed in the order of the queue until the nodes are used up",
                           a_cluster("nc6").idle(3).queue({1, 2, 1}),
                           {"nc6-run-1 on nc6-0", "nc6-run-2 on nc6-1 nc6-2"}},
                      Case{"a run larger than its cluster holds nobody back",
                           a_cluster("nc6").scale(0, 2).idle(2).queue({3, 2}),
                           {"nc6-run-2 on nc6-0 nc6-1"}},
                      Case{"a node that a restarted server has not heard from gets no run",
                           a_cluster("nc6").unconfirmed(1).queue({1}),
                           {}},
                      Case{"nodes above a lowered maximum get no run while enough others are busy",
                           a_cluster("nc6").scale(0, 2).running(2).idle(1).queue({1}),
                           {}},
                      Case{"a cluster that is being deleted starts nothing",
                           a_cluster("nc6").idle(1).queue({1}).deleting(),
                           {}}));

TEST(Placing, ServesTheClusterWithTheHigherPriorityFirstWhenPlacesAreFew) {
  const Plan plan = plan_of({a_cluster("a").queue({1}, 1, 0), a_cluster("b").queue({1}, 2, 5)}, 1);
  EXPECT_EQ(started(plan, "a"), 0);
  EXPECT_EQ(started(plan, "b"), 1);
}

TEST(Placing, TakesHighBeforeNormalBeforeLowAndEachInTheOrderOfSubmission) {
  ClusterView cluster = a_cluster("a").scale(0, 6).idle(6);
  for (const auto& [priority, order] :
       std::vector<std::pair<int, uint64_t>>{{1, 2}, {1, 5}, {0, 1}, {0, 4}, {-1, 3}, {-1, 6}}) {
    const std::string id = std::to_string(priority) + "/" + std::to_string(order);
    cluster.queue.push_back({{domain::WorkspaceId("ws"), domain::RunId(id)}, 1, priority, order});
  }
  EXPECT_THAT(placed(plan_of({cluster})),
              ::testing::ElementsAre("1/2 on a-0", "1/5 on a-1", "0/1 on a-2", "0/4 on a-3",
                                     "-1/3 on a-4", "-1/6 on a-5"));
}

}  // namespace
}  // namespace homeport::planner::testing
