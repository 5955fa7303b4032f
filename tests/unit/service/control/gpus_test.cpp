#include <gmock/gmock.h>

#include "house.hpp"

namespace homeport::service::control::testing {
namespace {

using domain::RunState;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// STANDARD_NC6 has one GPU.
class Gpus : public House {
 protected:
  void machine_with(int count) {
    gpus = count;
    make_loop();
  }
  /// "first" has it, on a-0; "second" was submitted to b, whose node is idle.
  void two_want_the_only_one() {
    machine_with(1);
    const auto a = ready_cluster("a", 1);
    const auto b = ready_cluster("b", 1);
    submit(a_run("first", a));
    step();
    submit(a_run("second", b));
  }
};

TEST_F(Gpus, EveryNodeOfAGangHasItsOwn) {
  machine_with(3);
  submit(a_run("r", ready_cluster("nc6", 2), 2));
  step();
  EXPECT_THAT(attempt("r").gpus, ElementsAre(0, 1));
  EXPECT_THAT(domain::gpus_on(attempt("r"), 1), ElementsAre(1));
}

TEST_F(Gpus, OfTwoClustersAreNeverSharedAndFreeOnceTheAttemptIsReaped) {
  two_want_the_only_one();
  EXPECT_THAT(step(), IsEmpty());
  EXPECT_EQ(state("second"), RunState::Queued);
  EXPECT_THAT(why("second"), HasSubstr("waits for 1 GPU for 1 node of STANDARD_NC6 in b"));
  report("a-0", AttemptPhase::Running, {ended("main", 0)});
  EXPECT_THAT(step(), IsEmpty()) << "its process has ended, its node is not done with it";
  report("a-0", AttemptPhase::Ended, {ended("main", 0)});
  EXPECT_THAT(step(), Contains("start attempt on b-0"));
  EXPECT_THAT(attempt("second").gpus, ElementsAre(0));
}

TEST_F(Gpus, MoreThanTheMachineHasIsTheCpuOnEveryNode) {
  machine_with(1);
  submit(a_run("r", ready_cluster("nc6", 2), 2));
  EXPECT_THAT(step(), ElementsAre("start attempt on nc6-0", "start attempt on nc6-1"));
  EXPECT_THAT(attempt("r").gpus, IsEmpty());
}

TEST_F(Gpus, AreStillLeasedAfterARestart) {
  two_want_the_only_one();
  make_loop();
  ready("a-0");
  ready("b-0");
  EXPECT_THAT(step(), ElementsAre("start attempt on a-0")) << "its agent has it already";
  EXPECT_EQ(state("second"), RunState::Queued);
  EXPECT_THAT(attempt("first").gpus, ElementsAre(0));
}

TEST_F(Gpus, OfADeadNodeAreFreeForTheNext) {
  two_want_the_only_one();
  step();
  inbox->node_lost(engine.id_of("a-0"), "its agent ended");
  step();
  step();
  EXPECT_THAT(attempt("second").gpus, ElementsAre(0));
}

}  // namespace
}  // namespace homeport::service::control::testing
