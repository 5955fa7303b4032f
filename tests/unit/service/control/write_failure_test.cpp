#include <gmock/gmock.h>

#include "house.hpp"

namespace homeport::service::control::testing {
namespace {

using domain::RunState;
using ledger::CommitFault;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class WriteFailure : public House {
 protected:
  WriteFailure() {
    ledger.inject_faults([this] { return std::exchange(next_, CommitFault::None); });
  }
  CommitFault next_ = CommitFault::None;
};

TEST_F(WriteFailure, AFullDiskTakesTheWholeStepBackAndItIsTriedAgain) {
  const auto nc6 = ready_cluster("nc6", 1);
  submit(a_run("r", nc6));
  next_ = CommitFault::DiskFull;
  EXPECT_THAT(step(), IsEmpty()) << "nothing is ordered that is not written";
  EXPECT_EQ(pause, policy.write_retry);
  EXPECT_EQ(state("r"), RunState::Queued);
  EXPECT_THAT(step(), IsEmpty()) << "not before the pause is over";
  clock.advance(policy.write_retry);
  EXPECT_THAT(step(), ElementsAre("start attempt on nc6-0"));
  EXPECT_EQ(state("r"), RunState::Starting);
}

TEST_F(WriteFailure, AReportIsNotLostByAFullDisk) {
  const auto nc6 = ready_cluster("nc6", 1);
  submit(a_run("r", nc6));
  step();
  report("nc6-0", AttemptPhase::Ended, {ended("main", 0)});
  next_ = CommitFault::DiskFull;
  step();
  EXPECT_EQ(state("r"), RunState::Starting);
  clock.advance(policy.write_retry);
  EXPECT_THAT(step(), ElementsAre("forget on nc6-0"));
  EXPECT_EQ(state("r"), RunState::Completed);
}

TEST_F(WriteFailure, AnUnknownOutcomeStopsTheLoopAndANewOneFindsTheTruth) {
  for (const CommitFault fault : {CommitFault::UnknownKept, CommitFault::UnknownLost}) {
    const std::string name = fault == CommitFault::UnknownKept ? "kept" : "lost";
    const auto cluster = ready_cluster(name, 1);
    submit(a_run(name, cluster));
    next_ = fault;
    const auto stepped = loop->step();
    ASSERT_TRUE(stepped.has_error());
    EXPECT_EQ(stepped.error().code, base::ErrorCode::Unavailable);
    ledger.restart();
    make_loop();
    const auto expected = fault == CommitFault::UnknownKept ? RunState::Starting : RunState::Queued;
    EXPECT_EQ(state(name), expected);
    engine.take_orders();
    ready(name + "-0");
    EXPECT_THAT(step(), ElementsAre("start attempt on " + name + "-0"))
        << "claimed before or now, it is started once under the token of its claim";
    EXPECT_EQ(attempt(name).number, 1);
    EXPECT_EQ(engine.started.at(name + "-0").token, attempt(name).token);
  }
}

}  // namespace
}  // namespace homeport::service::control::testing
