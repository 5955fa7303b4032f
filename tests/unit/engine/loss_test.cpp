#include <dirent.h>

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
  const AttemptOrder sleeping = script("setsid sleep 7657.1 & echo up; sleep 7657.2");
  engine_->start_attempt(node.id, sleeping);
  ASSERT_TRUE(soon([&] { return log() == "up\n" && lives("7657.1"); }));
  ::kill(node.agent_pid, SIGKILL);
  EXPECT_EQ(events_.take("lost", std::chrono::seconds(5)).node, node.id);
  EXPECT_TRUE(soon([] { return !lives("7657."); }));
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
  engine_->start_attempt(node.id, script("sleep 7658.1"));
  events_.take_phase(AttemptPhase::Running, "token-run1");
  engine_->stop_node(node.id);
  EXPECT_EQ(events_.take("gone").node, node.id);
  EXPECT_FALSE(lives("7658.1"));
  EXPECT_FALSE(std::filesystem::exists(path("nodes/tvm-0")));
}

TEST_P(Loss, ANodeBeyondTheCapacityFailsWithTheReason) {
  for (int i = 0; i < 4; ++i) start_node("tvm-" + std::to_string(i));
  domain::Node fifth;
  fifth.id = domain::NodeId("tvm-5");
  engine_->start_node(fifth);
  EXPECT_EQ(events_.take("failed").reason, "this machine has room for 4 nodes");
}

}  // namespace
}  // namespace homeport::engine
