#include <gtest/gtest.h>

#include <set>

#include "domain/node.hpp"

namespace homeport::domain {
namespace {

constexpr std::array kAll{NodeState::Preparing, NodeState::Idle,     NodeState::Running,
                          NodeState::Leaving,   NodeState::Unusable, NodeState::Preempted};

TEST(NodeState, NoStepLeavesANodeThatIsLeaving) {
  for (const NodeTransition& step : kNodeTransitions) EXPECT_NE(step.from, NodeState::Leaving);
  EXPECT_EQ(next_state(NodeState::Leaving, NodeEvent::Ready).error().code,
            base::ErrorCode::Conflict);
}

TEST(NodeState, EveryNodeCanBeDismissed) {
  for (const NodeState state : kAll) {
    if (state == NodeState::Leaving) continue;
    EXPECT_EQ(next_state(state, NodeEvent::Dismissed).value(), NodeState::Leaving)
        << to_string(state);
  }
}

TEST(NodeState, OnlyAnIdleNodeIsAssigned) {
  for (const NodeState state : kAll) {
    EXPECT_EQ(next_state(state, NodeEvent::Assigned).has_value(), state == NodeState::Idle)
        << to_string(state);
  }
}

TEST(NodeState, EveryStateCanBeReached) {
  std::set<NodeState> reached{NodeState::Preparing};
  for (size_t round = 0; round < kAll.size(); ++round) {
    for (const NodeTransition& step : kNodeTransitions) {
      if (reached.count(step.from) != 0) reached.insert(step.to);
    }
  }
  EXPECT_EQ(reached.size(), kAll.size());
}

TEST(NodeState, IsReadAsItIsWritten) {
  for (const NodeState state : kAll) EXPECT_EQ(parse_node_state(to_string(state)).value(), state);
  EXPECT_TRUE(parse_node_state("Idle").has_error());
}

}  // namespace
}  // namespace homeport::domain
