#include "domain/run_state.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <set>
#include <utility>
#include <vector>

namespace homeport::domain {
namespace {

struct Step {
  const char* sentence;
  RunState from;
  RunEvent event;
  RunState to;
};
void PrintTo(const Step& row, std::ostream* out) {
  *out << row.sentence;
}

class RunSteps : public ::testing::TestWithParam<Step> {};

TEST_P(RunSteps, Lead) {
  const Step& step = GetParam();
  const auto next = next_state(step.from, step.event);
  ASSERT_TRUE(next) << step.sentence;
  EXPECT_EQ(next.value(), step.to) << step.sentence;
}

INSTANTIATE_TEST_SUITE_P(
    Cases, RunSteps,
    ::testing::Values(Step{"a submit puts a run into the queue", RunState::NotStarted,
                           RunEvent::Submitted, RunState::Queued},
                      Step{"a claim comes before user code", RunState::Queued, RunEvent::Claimed,
                           RunState::Starting},
                      Step{"a waiting run is canceled at once", RunState::Queued,
                           RunEvent::CancelAsked, RunState::Canceled},
                      Step{"a running one is asked first", RunState::Running, RunEvent::CancelAsked,
                           RunState::CancelRequested},
                      Step{"a lost node sends a running run back to the queue", RunState::Running,
                           RunEvent::NodeLost, RunState::Queued},
                      Step{"silence is not the end", RunState::NotResponding, RunEvent::Heard,
                           RunState::Running},
                      Step{"a run that succeeds before its cancel arrives has succeeded",
                           RunState::CancelRequested, RunEvent::Succeeded, RunState::Completed},
                      Step{"a run that its own client drives starts without a queue",
                           RunState::NotStarted, RunEvent::Started, RunState::Running}));

TEST(RunState, NoStepLeavesATerminalState) {
  for (const RunTransition& step : kRunTransitions) {
    EXPECT_FALSE(is_terminal(step.from)) << to_string(step.from) << " " << to_string(step.event);
  }
  const auto refused = next_state(RunState::Failed, RunEvent::Started);
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, base::ErrorCode::Conflict);
  EXPECT_EQ(refused.error().message, "a run that is Failed cannot take the step Started");
}

TEST(RunState, EachPairOfStateAndEventHasOneStepAtMost) {
  std::set<std::pair<RunState, RunEvent>> seen;
  for (const RunTransition& step : kRunTransitions) {
    EXPECT_TRUE(seen.emplace(step.from, step.event).second)
        << to_string(step.from) << " " << to_string(step.event);
  }
}

std::set<RunState> reachable_from(RunState start) {
  std::set<RunState> reached{start};
  for (bool grown = true; grown;) {
    grown = false;
    for (const RunTransition& step : kRunTransitions) {
      if (reached.count(step.from) != 0 && reached.insert(step.to).second) grown = true;
    }
  }
  return reached;
}

const std::vector<RunState> kAll{
    RunState::NotStarted,      RunState::Queued,        RunState::Preparing,  RunState::Starting,
    RunState::Running,         RunState::NotResponding, RunState::Finalizing, RunState::Completed,
    RunState::CancelRequested, RunState::Failed,        RunState::Canceled};

TEST(RunState, EveryStateCanBeReachedAndEveryRunCanEnd) {
  EXPECT_EQ(reachable_from(RunState::NotStarted).size(), kAll.size());
  for (const RunState state : kAll) {
    const auto ends = reachable_from(state);
    EXPECT_TRUE(ends.count(RunState::Canceled) + ends.count(RunState::Failed) +
                    ends.count(RunState::Completed) >
                0)
        << to_string(state);
  }
}

TEST(RunState, EveryLivingStateTakesACancelAndAFailure) {
  for (const RunState state : kAll) {
    if (is_terminal(state)) continue;
    EXPECT_TRUE(next_state(state, RunEvent::CancelAsked)) << to_string(state);
    EXPECT_TRUE(next_state(state, RunEvent::Failed)) << to_string(state);
  }
}

TEST(RunState, IsReadAsItIsWritten) {
  for (const RunState state : kAll) EXPECT_EQ(parse_run_state(to_string(state)).value(), state);
  EXPECT_EQ(parse_run_state("running").error().code, base::ErrorCode::Internal);
}

}  // namespace
}  // namespace homeport::domain
