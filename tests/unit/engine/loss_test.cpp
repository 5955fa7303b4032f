#include <dirent.h>
#include <sys/wait.h>

#include "engine_fixture.hpp"

namespace homeport::engine {

bool lives(const std::string& word) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir("/proc"), ::closedir);
  while (const dirent* item = ::readdir(directory.get())) {
    const std::string folder = std::string("/proc/") + item->d_name;
    const auto command = base::read_file(folder + "/cmdline");
    if (command.has_value() && command.value().find(word) != std::string::npos) return true;
  }
  return false;
}

namespace {

class Loss : public EngineTest {};
INSTANTIATE_TEST_SUITE_P(Node, Loss, ::testing::Bool(), [](const auto& chosen) {
  return std::string(chosen.param ? "Namespaces" : "Bare");
});

TEST_P(Loss, AKilledAgentIsReportedAtOnceAndNothingOfItLives) {
  const domain::Node node = start_node();
  const AttemptOrder sleeping =
      script("setsid sleep " + long_time(1) + " & echo up; sleep " + long_time(2));
  engine_->start_attempt(node.id, sleeping);
  ASSERT_TRUE(soon([&] { return log() == "up\n" && lives(long_time(1)); }));
  ::kill(node.agent_pid, SIGKILL);
  EXPECT_EQ(events_.take("lost", std::chrono::seconds(5)).node, node.id);
  EXPECT_TRUE(soon([] { return !lives(long_time(1)) && !lives(long_time(2)); }));
}

TEST_P(Loss, OnlyTheDeadNodesOwnProcessesAreEnded) {
  // Of another Homeport on this machine, whose node has the same name.
  const std::string time = long_time(9);
  const pid_t foreign = ::fork();
  if (foreign == 0) {
    ::execl("/usr/bin/env", "env", "-i", "HOMEPORT_NODE=tvm-0", "/bin/sleep", time.c_str(),
            nullptr);
    ::_exit(127);
  }
  const domain::Node node = start_node();
  ASSERT_TRUE(soon([&] { return lives(time); }));
  ::kill(node.agent_pid, SIGKILL);
  events_.take("lost");
  EXPECT_EQ(::waitpid(foreign, nullptr, WNOHANG), 0);
  ::kill(foreign, SIGKILL);
  ::waitpid(foreign, nullptr, 0);
}

TEST_P(Loss, ASilentAgentIsNoticedAndHeardAgain) {
  const domain::Node node = start_node();
  ::kill(node.agent_pid, SIGSTOP);
  EXPECT_EQ(events_.take("silent", std::chrono::seconds(30)).node, node.id);
  ::kill(node.agent_pid, SIGCONT);
  EXPECT_EQ(events_.take("heard", std::chrono::seconds(30)).node, node.id);
}

TEST_P(Loss, AStoppedNodeIsGoneWithItsDirectory) {
  const domain::Node node = start_node();
  engine_->start_attempt(node.id, script("sleep " + long_time(1)));
  events_.take_phase(AttemptPhase::Running, "token-run1");
  engine_->stop_node(node.id);
  EXPECT_EQ(events_.take("gone").node, node.id);
  EXPECT_FALSE(lives(long_time(1)));
  EXPECT_FALSE(std::filesystem::exists(path("nodes/tvm-0")));
}

TEST_P(Loss, ANodeBeyondTheCapacityFailsWithTheReason) {
  for (int i = 0; i < 4; ++i) start_node("tvm-" + std::to_string(i));
  domain::Node fifth;
  fifth.id = domain::NodeId("tvm-5");
  engine_->start_node(fifth, {});
  EXPECT_EQ(events_.take("failed").reason, "this machine has room for 4 nodes");
}

}  // namespace
}  // namespace homeport::engine
