#include <gmock/gmock.h>

#include "house.hpp"

namespace homeport::service::control::testing {
namespace {

using domain::RunState;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Restart : public House {
 protected:
  std::vector<std::string> restart() {
    engine.take_orders();
    make_loop();
    return engine.take_orders();
  }
};

TEST_F(Restart, KeepsTheQueueAndWaitsForItsNodesToAnswer) {
  const auto nc6 = ready_cluster("nc6", 1);
  submit(a_run("r", nc6));
  EXPECT_THAT(restart(), ElementsAre("adopt nc6-0"));
  EXPECT_THAT(step(), IsEmpty()) << "nobody knows yet whether the node lives";
  ready("nc6-0");
  EXPECT_THAT(step(), ElementsAre("start attempt on nc6-0"));
}

TEST_F(Restart, ARunGoesOnUnderItsToken) {
  const auto nc6 = ready_cluster("nc6", 1);
  submit(a_run("r", nc6));
  step();
  const std::string token = attempt("r").token;
  report("nc6-0", AttemptPhase::Running, {started("main", 0)});
  step();
  restart();
  EXPECT_THAT(step(), IsEmpty());
  ready("nc6-0");
  EXPECT_THAT(step(), ElementsAre("start attempt on nc6-0")) << "its agent has it already";
  EXPECT_EQ(engine.started.at("nc6-0").token, token);
  EXPECT_EQ(state("r"), RunState::Running);
  report("nc6-0", AttemptPhase::Ended, {ended("main", 0)});
  step();
  EXPECT_EQ(state("r"), RunState::Completed);
  EXPECT_EQ(run("r").attempts, 1);
}

TEST_F(Restart, ANodeThatDiedMeanwhileEndsItsRun) {
  const auto nc6 = ready_cluster("nc6", 1);
  submit(a_run("r", nc6));
  step();
  restart();
  inbox->node_lost(engine.id_of("nc6-0"), "it was not there any more");
  step();
  EXPECT_EQ(state("r"), RunState::Failed);
}

TEST_F(Restart, AnotherAgentOnTheSameNodeGetsNoSecondStart) {
  const auto nc6 = ready_cluster("nc6", 1);
  submit(a_run("r", nc6));
  step();
  restart();
  inbox->node_ready(engine.id_of("nc6-0"), {"127.1.0.2", 1, 999, 9, {}});
  EXPECT_THAT(step(), Contains("stop node on nc6-0"));
  inbox->node_gone(engine.id_of("nc6-0"));
  step();
  EXPECT_EQ(state("r"), RunState::Failed);
}

TEST_F(Restart, ACancelIsCarriedOut) {
  const auto nc6 = ready_cluster("nc6", 1);
  submit(a_run("r", nc6));
  step();
  cancel("r");
  restart();
  EXPECT_THAT(step(), ElementsAre("stop in 30000 ms on nc6-0"));
  ready("nc6-0");
  EXPECT_THAT(step(), ElementsAre("stop in 30000 ms on nc6-0")) << "told again, started never";
  report("nc6-0", AttemptPhase::Ended);
  step();
  EXPECT_EQ(state("r"), RunState::Canceled);
}

TEST_F(Restart, ANodeThatWasLeavingIsToldAgain) {
  a_cluster("nc6", 0, 1);
  submit(a_run("r", domain::ClusterId("nc6-id")));
  step();
  ready("nc6-0");
  step();
  report("nc6-0", AttemptPhase::Ended, {ended("main", 0)});
  step();
  clock.advance(seconds(120));
  step();
  EXPECT_THAT(restart(), ElementsAre("adopt nc6-0", "stop node on nc6-0"));
}

TEST_F(Restart, ANodeWhoseStartWasNeverOrderedIsReplacedAtOnce) {
  a_cluster("nc6", 1, 1);
  step();
  restart();
  inbox->node_lost(engine.id_of("nc6-0"), "no agent of it was found");
  EXPECT_THAT(step(), ElementsAre("stop node on nc6-0", "start node nc6-1"));
}

TEST_F(Restart, AnAttemptWhoseRunHasEndedIsEndedToo) {
  const auto nc6 = ready_cluster("nc6", 1);
  submit(a_run("r", nc6));
  step();
  write([&](ledger::Transaction& tx) -> base::Result<void> {
    HP_TRY(auto row, tx.runs().find(workspace, domain::RunId("r")));
    HP_TRYV(tx.runs().advance(*row, domain::RunEvent::Failed));
    return base::success();
  });
  restart();
  EXPECT_THAT(step(), ElementsAre("stop in 30000 ms on nc6-0"));
  report("nc6-0", AttemptPhase::Ended);
  step();
  EXPECT_EQ(attempt("r").state, domain::AttemptState::Ended);
  EXPECT_EQ(state("r"), RunState::Failed);
  EXPECT_THAT(nodes(), ElementsAre("nc6-0 idle"));
}

}  // namespace
}  // namespace homeport::service::control::testing
