// What a node's control group does for it, with the real agent, on whatever hierarchies there are.

#include "engine/local/control_groups.hpp"

#include <algorithm>

#include "engine/local/group_processes.hpp"
#include "engine_fixture.hpp"

namespace homeport::engine {
namespace {

constexpr std::int64_t kMiB = 1 << 20;

class Groups : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    instance_ = instance_of(data_.path()).value();
    if (!groups().directories_of(domain::NodeId("x")).empty()) return;
    start_node();
    EXPECT_TRUE(std::any_of(limits_.begin(), limits_.end(), [](const std::string& limit) {
      return limit.find("nodes have no control groups") == 0;
    })) << "and it is said";
    GTEST_SKIP() << "this user may make no control groups on this machine";
  }

  ControlGroups groups() const { return ControlGroups::find(instance_, 16384); }
  std::vector<std::string> directories(const domain::Node& node) const {
    return groups().directories_of(node.id);
  }
  bool governs(const std::string& controller) const {
    const auto all = engine_->group_controllers();
    return std::find(all.begin(), all.end(), controller) != all.end();
  }
  /// The first of the files that the node's groups have, without white space at its ends.
  std::string value(const domain::Node& node, const std::vector<std::string>& names) const {
    for (const std::string& directory : directories(node)) {
      for (const std::string& name : names) {
        const auto text = base::read_file(directory + "/" + name);
        if (text.has_value()) return std::string(base::trim(text.value()));
      }
    }
    return "(no file)";
  }
  bool any_is_there(const domain::Node& node) const {
    const auto all = directories(node);
    return std::any_of(all.begin(), all.end(),
                       [](const auto& group) { return std::filesystem::exists(group); });
  }
  /// How a process says that it is in the group of `node`, once per hierarchy.
  size_t times_in_group(const std::string& own_groups, const domain::Node& node) const {
    const std::string tail = "/homeport/" + instance_ + "/" + node.id.text() + "\n";
    size_t times = 0;
    for (size_t at = own_groups.find(tail); at != std::string::npos;
         at = own_groups.find(tail, at + 1)) {
      ++times;
    }
    return times;
  }

  std::string instance_;
};
INSTANTIATE_TEST_SUITE_P(Node, Groups, ::testing::Bool(), [](const auto& chosen) {
  return std::string(chosen.param ? "Namespaces" : "Bare");
});

TEST_P(Groups, ProcessesOfEachNodeAreInTheGroupOfThatNode) {
  const domain::Node first = start_node("tvm-0");
  const domain::Node second = start_node("tvm-1");
  const std::string look = "setsid cat /proc/self/cgroup";
  run(first, script(look, "one"));
  run(second, script(look, "two"));
  const size_t hierarchies = directories(first).size();
  EXPECT_EQ(times_in_group(log("one"), first), hierarchies) << log("one");
  EXPECT_EQ(times_in_group(log("two"), second), hierarchies) << log("two");
  const auto agent =
      base::read_file("/proc/" + std::to_string(first.agent_pid) + "/cgroup").value();
  EXPECT_EQ(times_in_group(agent, first), hierarchies) << agent;
}

TEST_P(Groups, UserCodeCanNeitherLeaveItsGroupNorChangeIt) {
  const domain::Node node = start_node("tvm-0", {1, 512 * kMiB});
  std::string text;
  for (const std::string& directory : directories(node)) {
    const std::string top = std::filesystem::path(directory).parent_path();
    text += "for f in " + directory + " " + top + "; do echo $$ > $f/cgroup.procs && echo LEFT; " +
            "mkdir $f/inner && echo MADE; done; " +
            "for f in cpu.shares cpu.weight memory.limit_in_bytes memory.max pids.max; do " +
            "echo 77777777 > " + directory + "/$f && echo CHANGED; done;\n";
  }
  const std::string before = value(node, {"cpu.shares", "cpu.weight"});
  run(node, script("exec 2>/dev/null\n" + text + "cat /proc/self/cgroup"));
  EXPECT_EQ(log().find("LEFT"), std::string::npos) << log();
  EXPECT_EQ(log().find("MADE"), std::string::npos) << log();
  EXPECT_EQ(log().find("CHANGED"), std::string::npos) << log();
  EXPECT_EQ(times_in_group(log(), node), directories(node).size()) << log();
  EXPECT_EQ(value(node, {"cpu.shares", "cpu.weight"}), before);
}

TEST_P(Groups, TheSizeDecidesWhatANodeMayUse) {
  const domain::Node node = start_node("tvm-0", {2, 512 * kMiB});
  if (governs("cpu")) {
    const std::string weight = value(node, {"cpu.shares", "cpu.weight"});
    EXPECT_TRUE(weight == "2048" || weight == "200") << weight;
  }
  if (governs("memory")) {
    EXPECT_EQ(value(node, {"memory.limit_in_bytes", "memory.max"}), std::to_string(512 * kMiB));
  }
  if (governs("pids")) {
    EXPECT_EQ(value(node, {"pids.max"}), "16384");
  }
}

TEST_P(Groups, ASizeLargerThanTheMachineRunsWithoutALimitOfMemory) {
  if (!governs("memory")) GTEST_SKIP() << "memory is not governed here";
  const domain::Node node = start_node("tvm-0", {64, std::int64_t{1} << 50});
  EXPECT_EQ(run(node, script("echo runs")).processes[0].exit_code, 0);
  const std::string limit = value(node, {"memory.limit_in_bytes", "memory.max"});
  EXPECT_TRUE(limit == "max" || base::parse_integer(limit).value_or(0) > std::int64_t{1} << 50)
      << limit;
}

TEST_P(Groups, AProcessThatIsEndedForWantOfMemoryIsReportedSo) {
  if (!governs("memory")) GTEST_SKIP() << "memory is not governed here";
  const domain::Node node = start_node("tvm-0", {1, 96 * kMiB});
  const std::vector<std::string> greedy{"/usr/bin/python3", "-c",
                                        "x = [bytearray(1 << 20) for _ in range(400)]"};
  const AttemptReport killed = run(node, order(greedy, "one"));
  EXPECT_EQ(killed.processes[0].signal, SIGKILL);
  EXPECT_TRUE(killed.processes[0].out_of_memory);
  const AttemptReport failed = run(node, script("exit 3", "two"));
  EXPECT_FALSE(failed.processes[0].out_of_memory) << "what an earlier run did is not its doing";
}

TEST_P(Groups, AGroupGoesWithItsNode) {
  const domain::Node stopped = start_node("tvm-0");
  const domain::Node killed = start_node("tvm-1");
  engine_->start_attempt(killed.id, script("setsid sleep " + long_time(1) + " & sleep 999"));
  events_.take_phase(AttemptPhase::Running, "token-run1");
  engine_->stop_node(stopped.id);
  events_.take("gone");
  EXPECT_FALSE(any_is_there(stopped));
  EXPECT_TRUE(any_is_there(killed));
  ::kill(killed.agent_pid, SIGKILL);
  events_.take("lost");
  EXPECT_FALSE(any_is_there(killed)) << "and so no process of it lives";
  EXPECT_FALSE(lives(long_time(1)));
  const std::filesystem::path all =
      std::filesystem::path(directories(killed).front()).parent_path();
  EXPECT_FALSE(std::filesystem::exists(all)) << "nothing is left of this Homeport";
}

TEST_P(Groups, WhatIsInAGroupIsEndedWhateverItDid) {
  const domain::Node node = start_node();
  // Two sessions away from the agent, without any mark in its environment.
  engine_->start_attempt(node.id, script("setsid env -i /bin/sh -c '/usr/bin/setsid /bin/sleep " +
                                         long_time(1) + " & :' ; sleep 999"));
  ASSERT_TRUE(soon([] { return lives(long_time(1)); }));
  ::kill(node.agent_pid, SIGKILL);
  events_.take("lost");
  EXPECT_FALSE(lives(long_time(1)));
}

TEST_P(Groups, TheNextServerRemovesWhatAKilledOneLeftAndNothingElse) {
  const domain::Node node = start_node();
  const std::string group = directories(node).front();
  const std::filesystem::path foreign = std::filesystem::path(group).parent_path().parent_path() /
                                        ("another-" + std::to_string(::getpid())) / "tvm-0";
  std::filesystem::create_directories(foreign);
  engine_->shutdown();
  ::kill(node.agent_pid, SIGKILL);
  ASSERT_TRUE(any_is_there(node)) << "nobody was there to remove it";
  open_engine();
  engine_->adopt({});  // This server's ledger has forgotten the node.
  EXPECT_TRUE(soon([&] { return !any_is_there(node); }));
  EXPECT_TRUE(std::filesystem::exists(foreign));
  std::filesystem::remove(foreign);
  std::filesystem::remove(foreign.parent_path());
  std::error_code in_use;  // by other tests
  std::filesystem::remove(foreign.parent_path().parent_path(), in_use);
}

TEST_P(Groups, ANodeThatIsFoundAgainKeepsItsGroup) {
  const domain::Node node = start_node();
  engine_->shutdown();
  open_engine();
  engine_->adopt({node});
  events_.take("ready");
  EXPECT_TRUE(any_is_there(node));
  engine_->stop_node(node.id);
  events_.take("gone");
  EXPECT_FALSE(any_is_there(node));
}

TEST(GroupProcesses, DirectoriesThatAreNotThereAreEnded) {
  EXPECT_TRUE(end_groups({"/sys/fs/cgroup/no-such/homeport/x/tvm-0"}));
}

TEST(ControlGroupsOfAnInstance, OnlyItsOwnDirectoriesAreItsOwn) {
  const ControlGroups groups("abc", {}, 1);
  EXPECT_TRUE(groups.is_ours("/sys/fs/cgroup/memory/a/homeport/abc/tvm-0"));
  for (const char* other :
       {"/sys/fs/cgroup/homeport/other/tvm-0", "/sys/fs/cgroup/homeport/abc", "homeport/abc/tvm-0",
        "/sys/fs/cgroup/homeport/abc/../../x", "/sys/fs/cgroup/abc/homeport/tvm-0", ""}) {
    EXPECT_FALSE(groups.is_ours(other)) << other;
  }
}

}  // namespace
}  // namespace homeport::engine
