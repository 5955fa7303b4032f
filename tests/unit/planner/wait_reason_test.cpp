#include "planner/wait_reason.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "builders.hpp"

namespace homeport::planner::testing {
namespace {

struct Case {
  std::string why;  ///< of the last run that waits
  ClusterView cluster;
  int capacity = 16;
};
void PrintTo(const Case& row, std::ostream* out) {
  *out << row.why.substr(row.why.rfind(';') + 2);
}

class Reasons : public ::testing::TestWithParam<Case> {};

TEST_P(Reasons, SayWhatTheRunWaitsFor) {
  const Plan plan = plan_of({GetParam().cluster}, GetParam().capacity);
  ASSERT_FALSE(plan.waiting.empty());
  EXPECT_EQ(describe(plan.waiting.back().reason), GetParam().why);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Reasons,
    ::testing::Values(
        Case{"waits for 2 nodes of STANDARD_NC6 in nc6; 1st in the queue; 2 being prepared",
             a_cluster("nc6").queue({2})},
        Case{"waits for 1 node of STANDARD_NC6 in nc6; 1st in the queue; 4 of at most 4 busy",
             a_cluster("nc6").running(4).queue({1})},
        Case{"waits for 2 nodes of STANDARD_NC6 in nc6; 3rd in the queue; earlier runs come first",
             a_cluster("nc6").running(4).queue({1, 1, 2})},
        Case{"waits for 5 nodes of STANDARD_NC6 in nc6; 1st in the queue; nc6 has at most 4: raise "
             "its maximum, or cancel the run",
             a_cluster("nc6").queue({5})},
        Case{"waits for 4 nodes of STANDARD_NC6 in nc6; 1st in the queue; this machine can give it "
             "at most 3 beside the other clusters' minimums",
             a_cluster("nc6").queue({4}), 3},
        Case{"waits for 1 node of STANDARD_NC6 in nc6; 1st in the queue; 1 unusable (no namespaces "
             "here); tried again soon",
             a_cluster("nc6").unusable(1, "no namespaces here").retry_in(seconds(5)).queue({1})},
        Case{"waits for 2 nodes of STANDARD_NC6 in nc6; 1st in the queue; every place for a node "
             "of this machine is taken",
             a_cluster("nc6").running(2).queue({2}), 3},
        Case{"waits for 1 node of STANDARD_NC6 in nc6; 1st in the queue; the cluster is being "
             "deleted",
             a_cluster("nc6").running(1).queue({1}).deleting()}));

TEST(Reasons, ARunThatCannotFitDoesNotCountForThoseBehindIt) {
  const Plan plan = plan_of({a_cluster("nc6").running(4).queue({9, 1})});
  ASSERT_EQ(plan.waiting.size(), 2U);
  EXPECT_EQ(plan.waiting[1].reason.position, 1U);
  EXPECT_EQ(plan.waiting[1].reason.cause, WaitCause::NodesBusy);
}

TEST(Reasons, AStartIsToldAsPeopleDo) {
  const std::pair<seconds, const char*> rows[] = {{seconds(-9), "starts any moment"},
                                                  {seconds(40), "starts in about 40 s"},
                                                  {seconds(100), "starts in about 2 min"},
                                                  {seconds(7200), "starts in about 2 h"}};
  for (const auto& [wait, words] : rows) EXPECT_EQ(describe_start(wait), words);
}

TEST(Reasons, CountAsPeopleDo) {
  const Outlook cluster{{}, "c", "S", 4, 0, 0, 4, 0, 4, 16, false, false, false, {}, false};
  const std::pair<size_t, const char*> rows[] = {{1, "1st"},   {2, "2nd"},   {4, "4th"},
                                                 {11, "11th"}, {21, "21st"}, {112, "112th"}};
  for (const auto& [position, text] : rows) {
    EXPECT_THAT(describe(explain(cluster, 1, position)), ::testing::HasSubstr(text));
  }
}

}  // namespace
}  // namespace homeport::planner::testing
