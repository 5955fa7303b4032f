#include "engine/local/node_process.hpp"
#include "engine_fixture.hpp"

namespace homeport::engine {
namespace {

class Adoption : public EngineTest {};
INSTANTIATE_TEST_SUITE_P(Node, Adoption, ::testing::Bool(), [](const auto& chosen) {
  return std::string(chosen.param ? "Namespaces" : "Bare");
});

TEST_P(Adoption, ARunGoesOnWithoutItsServerAndIsReportedToTheNext) {
  const domain::Node node = start_node();
  const AttemptOrder long_run =
      script("echo up; while ! [ -e go ]; do sleep 0.02; done; echo down; exit 4");
  engine_->start_attempt(node.id, long_run);
  events_.take_phase(AttemptPhase::Running, long_run.token);
  engine_.reset();
  ASSERT_TRUE(soon([&] { return log() == "up\n"; }));
  open_engine();
  engine_->adopt({node});
  const auto ready = events_.take("ready");
  EXPECT_EQ(ready.facts.agent_pid, node.agent_pid);
  EXPECT_EQ(ready.facts.slot, node.slot);
  events_.take_phase(AttemptPhase::Running, long_run.token);
  std::ofstream(path("runs/run1/project/go")) << "";
  EXPECT_EQ(events_.take_phase(AttemptPhase::Ended, long_run.token).processes[0].exit_code, 4);
  EXPECT_EQ(log(), "up\ndown\n");
}

TEST_P(Adoption, ARunThatEndsWhileNoServerIsThereIsReportedLater) {
  const domain::Node node = start_node();
  const AttemptOrder quick = script("echo up; sleep 0.2; exit 5");
  engine_->start_attempt(node.id, quick);
  events_.take_phase(AttemptPhase::Running, quick.token);
  engine_.reset();
  // The journal says when it has ended; the server that hears of it is the next one.
  ASSERT_TRUE(soon([&] {
    const auto journal = base::read_file(path("nodes/tvm-0/journal"));
    return journal.has_value() && journal.value().find("\"ended\"") != std::string::npos;
  }));
  open_engine();
  engine_->adopt({node});
  EXPECT_EQ(events_.take_phase(AttemptPhase::Ended, quick.token).processes[0].exit_code, 5);
}

TEST_P(Adoption, AnAgentThatDiedMeanwhileIsLostAndItsResultIsReadFromItsJournal) {
  const domain::Node node = start_node();
  const AttemptOrder quick = script("exit 6");
  engine_->start_attempt(node.id, quick);
  events_.take_phase(AttemptPhase::Ended, quick.token);
  engine_.reset();
  ::kill(node.agent_pid, SIGKILL);
  open_engine();
  engine_->adopt({node});
  EXPECT_EQ(events_.take_phase(AttemptPhase::Ended, quick.token).processes[0].exit_code, 6);
  events_.take("lost");
}

TEST_P(Adoption, AnAgentThatTheServerNoLongerKnowsEnds) {
  const domain::Node node = start_node();
  engine_.reset();
  open_engine();
  engine_->adopt({});
  EXPECT_TRUE(soon([&] {
    return ::kill(node.agent_pid, 0) != 0 ||
           base::read_file("/proc/" + std::to_string(node.agent_pid) + "/cmdline").value().empty();
  }));
}

TEST_P(Adoption, AnAgentWhoseDirectoryWasRemovedEnds) {
  const domain::Node node = start_node();
  const AttemptOrder endless = script("echo up; sleep " + long_time(1));
  engine_->start_attempt(node.id, endless);
  ASSERT_TRUE(soon([&] { return log() == "up\n"; }));
  engine_.reset();
  std::filesystem::remove_all(path("nodes"));
  EXPECT_TRUE(soon([] { return !lives(long_time(1)); }));
  EXPECT_TRUE(soon([&] { return !start_time(node.agent_pid); }));
}

}  // namespace
}  // namespace homeport::engine
