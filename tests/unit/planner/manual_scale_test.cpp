#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "builders.hpp"

namespace homeport::planner::testing {
namespace {

using domain::Deallocation;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

struct Case {
  const char* sentence;
  ClusterView cluster;
  int starts;
  std::vector<std::string> dismissals;
  std::vector<std::string> interruptions;
};
void PrintTo(const Case& row, std::ostream* out) {
  *out << row.sentence;
}

class ManualScale : public ::testing::TestWithParam<Case> {};

TEST_P(ManualScale, ComesToItsTarget) {
  const Plan plan = plan_of({GetParam().cluster});
  EXPECT_EQ(started(plan, "nc6"), GetParam().starts) << GetParam().sentence;
  EXPECT_THAT(dismissed(plan), ElementsAreArray(GetParam().dismissals)) << GetParam().sentence;
  EXPECT_THAT(interrupted(plan), UnorderedElementsAreArray(GetParam().interruptions))
      << GetParam().sentence;
}

ClusterBuilder nc6() {
  return a_cluster("nc6");
}

INSTANTIATE_TEST_SUITE_P(
    Cases, ManualScale,
    ::testing::Values(
        Case{"it has its nodes whether they are needed or not", nc6().manual(3), 3, {}, {}},
        Case{"a target of none needs none, whatever waits", nc6().manual(0).queue({1}), 0, {}, {}},
        Case{"more than its target is never started", nc6().manual(1).queue({1, 1}), 1, {}, {}},
        Case{"an idle node never leaves by itself",
             nc6().manual(2).idle(2, seconds(9999)),
             0,
             {},
             {}},
        Case{"broken nodes go first, then what is being prepared, then what is idle",
             nc6().manual(1).idle(2).preparing(1).unusable(1).retry_in(seconds(5)),
             0,
             {"nc6-3", "nc6-2", "nc6-1"},
             {}},
        Case{"no run is touched while idle nodes suffice",
             nc6().manual(2).gang("a", 2).idle(1),
             0,
             {"nc6-2"},
             {}},
        Case{"a run goes back to the queue", nc6().manual(0).gang("a", 1), 0, {}, {"requeue a"}},
        Case{"a run is ended where that was asked for",
             nc6().manual(0, Deallocation::Terminate).gang("a", 1),
             0,
             {},
             {"terminate a"}},
        Case{"a run is waited for where that was asked for",
             nc6().manual(0, Deallocation::WaitForRuns).gang("a", 1).idle(1),
             0,
             {"nc6-1"},
             {}},
        Case{"a gang leaves as a whole, though one of its nodes would do",
             nc6().manual(2).gang("a", 3),
             0,
             {},
             {"requeue a"}},
        Case{"the youngest leaves first",
             nc6()
                 .manual(2)
                 .gang("old", 1, seconds(900))
                 .gang("new", 1, seconds(9))
                 .gang("middle", 1, seconds(90)),
             0,
             {},
             {"requeue new"}},
        Case{"low priority leaves before high, however old",
             nc6().manual(1).gang("low", 1, seconds(900), -1).gang("high", 1, seconds(9), 1),
             0,
             {},
             {"requeue low"}},
        Case{"no more leave than it takes: a large one makes the small ones needless",
             nc6().manual(2).gang("large", 3, seconds(900)).gang("small", 1, seconds(9)),
             0,
             {},
             {"requeue large"}},
        Case{"what ends anyhow counts",
             nc6().manual(1).gang("a", 1, seconds(9), 0, true).gang("b", 1, seconds(900)),
             0,
             {},
             {}},
        Case{"an automatic cluster never interrupts a run",
             nc6().scale(0, 1).gang("a", 2),
             0,
             {},
             {}},
        Case{"a deleted cluster ends its runs by other means",
             nc6().manual(0).gang("a", 1).deleting(),
             0,
             {},
             {}},
        Case{"a broken node is replaced up to the target",
             nc6().manual(2).idle(1).unusable(1),
             1,
             {"nc6-1"},
             {}}));

TEST(ManualScale, NodesThatAreToLeaveGetNoRun) {
  const Plan waits =
      plan_of({nc6().manual(1, Deallocation::WaitForRuns).gang("a", 1).gang("b", 1).queue({1})});
  EXPECT_THAT(placed(waits), IsEmpty());
  const Plan freed =
      plan_of({nc6().manual(1, Deallocation::WaitForRuns).gang("a", 1).idle(1).queue({1})});
  EXPECT_THAT(placed(freed), IsEmpty());
  EXPECT_THAT(dismissed(freed), ElementsAre("nc6-1"));
}

TEST(ManualScale, GrowingAgainTakesBackWhatWasWaitedFor) {
  const Plan plan =
      plan_of({nc6().manual(2, Deallocation::WaitForRuns).gang("a", 1).idle(1).queue({1})});
  EXPECT_THAT(placed(plan), ElementsAre("nc6-run-1 on nc6-1"));
}

TEST(ManualScale, ARunAboveTheTargetWaitsForAResizeAndHoldsNobodyBack) {
  const Plan plan = plan_of({nc6().manual(1).idle(1).queue({3, 1})});
  EXPECT_THAT(placed(plan), ElementsAre("nc6-run-2 on nc6-0"));
  ASSERT_EQ(plan.waiting.size(), 1U);
  EXPECT_THAT(describe(plan.waiting[0].reason),
              HasSubstr("nc6 has a target of 1: resize it, or cancel the run"));
}

TEST(ManualScale, IsSteadyOnlyAtItsTarget) {
  const auto resizing = [](const ClusterView& cluster) {
    return plan_of({cluster}).outlooks[0].resizing;
  };
  EXPECT_FALSE(resizing(nc6().manual(1).gang("a", 1)));
  EXPECT_TRUE(resizing(nc6().manual(0, Deallocation::WaitForRuns).gang("a", 1)));
  EXPECT_TRUE(resizing(nc6().manual(2).gang("a", 1)));
  EXPECT_EQ(plan_of({nc6().manual(1).gang("a", 3)}).outlooks[0].target, 1);
}

}  // namespace
}  // namespace homeport::planner::testing
