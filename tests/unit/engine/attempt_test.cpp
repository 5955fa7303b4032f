#include <gmock/gmock.h>

#include "engine_fixture.hpp"

namespace homeport::engine {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Attempts : public EngineTest {};
INSTANTIATE_TEST_SUITE_P(Node, Attempts, ::testing::Bool(), [](const auto& chosen) {
  return std::string(chosen.param ? "Namespaces" : "Bare");
});

TEST_P(Attempts, AProgramThatSucceedsEndsWithZeroAndItsOutputIsTheLog) {
  const domain::Node node = start_node();
  const AttemptReport report = run(node, script("echo out; echo err >&2; pwd"));
  ASSERT_EQ(report.processes.size(), 1u);
  EXPECT_EQ(report.error, "");
  EXPECT_EQ(report.processes[0].exit_code, 0);
  EXPECT_EQ(report.processes[0].signal, 0);
  EXPECT_GE(report.processes[0].ended_at, report.processes[0].started_at);
  EXPECT_EQ(log(), "out\nerr\n" + path("runs/run1/project") + "\n");
}

TEST_P(Attempts, AProgramThatFailsShowsItsCodeAndLastLines) {
  const AttemptReport report = run(start_node(), script("seq 1 30; exit 3"));
  ASSERT_EQ(report.processes.size(), 1u);
  EXPECT_EQ(report.processes[0].exit_code, 3);
  EXPECT_TRUE(report.processes[0].log_tail.starts_with("11\n")) << report.processes[0].log_tail;
  EXPECT_TRUE(report.processes[0].log_tail.ends_with("30"));
}

TEST_P(Attempts, AProgramThatIsNotThereIsAnErrorThatNamesIt) {
  const AttemptReport report = run(start_node(), order({"no-such-program"}));
  EXPECT_THAT(report.error, HasSubstr("no-such-program"));
}

TEST_P(Attempts, ANodeServesOneAttemptAfterTheOther) {
  const domain::Node node = start_node();
  for (int i = 0; i < 20; ++i) {
    const std::string name = "run" + std::to_string(i);
    EXPECT_EQ(run(node, order({"/bin/echo", name}, name)).processes[0].exit_code, 0);
    EXPECT_EQ(log(name), name + "\n");
  }
}

TEST_P(Attempts, TheSameOrderTwiceStartsUserCodeOnce) {
  const domain::Node node = start_node();
  const AttemptOrder once = script("echo started");
  run(node, once);
  engine_->start_attempt(node.id, once);
  run(node, script("true", "run2"));
  EXPECT_EQ(log(), "started\n");
}

TEST_P(Attempts, VariablesAreExpandedInTheCommand) {
  AttemptOrder wanted = order({"/bin/echo", "$NAME", "${NAME}x", "$NONE-", "$$", "a$"});
  wanted.processes[0].variables["NAME"] = "v";
  run(start_node(), wanted);
  EXPECT_EQ(log(), "v vx - $ a$\n");
}

TEST_P(Attempts, StopEndsWhatIgnoresTheSignalAndAllItsChildren) {
  const domain::Node node = start_node();
  const AttemptOrder stubborn =
      script("trap '' TERM; setsid sh -c \"trap '' TERM; sleep " + long_time(1) + "\" & sleep " +
             long_time(2) + " & echo up; while true; do sleep 0.05; done");
  engine_->start_attempt(node.id, stubborn);
  events_.take_phase(AttemptPhase::Running, stubborn.token);
  ASSERT_TRUE(soon([&] { return log() == "up\n" && lives(long_time(1)); }));
  engine_->stop_attempt(node.id, stubborn.run_id, stubborn.token, {},
                        std::chrono::milliseconds(100));
  const AttemptReport report = events_.take_phase(AttemptPhase::Ended, stubborn.token);
  EXPECT_EQ(report.processes[0].signal, SIGKILL);
  EXPECT_FALSE(lives(long_time(1)));
  EXPECT_FALSE(lives(long_time(2)));
}

TEST_P(Attempts, WhatAProgramLeavesRunningEndsWithIt) {
  run(start_node(), script("setsid sleep " + long_time(1) + " & exit 0"));
  EXPECT_FALSE(lives(long_time(1)));
}

TEST_P(Attempts, ANamedProcessIsStoppedAndTheOthersGoOn) {
  const domain::Node node = start_node();
  AttemptOrder two = script("sleep " + long_time(1));
  two.processes.push_back(two.processes[0]);
  two.processes[0].role = "ps";
  two.processes[1].role = "worker";
  two.processes[1].argv[2] = "sleep 0.3; echo done";
  two.processes[1].log_name = "worker.txt";
  engine_->start_attempt(node.id, two);
  events_.take_phase(AttemptPhase::Running, two.token);
  engine_->stop_attempt(node.id, two.run_id, two.token, {"ps/0"}, std::chrono::seconds(5));
  const AttemptReport report = events_.take_phase(AttemptPhase::Ended, two.token);
  EXPECT_EQ(report.processes[0].signal, SIGTERM);
  EXPECT_EQ(report.processes[1].exit_code, 0);
  EXPECT_EQ(base::read_file(path("artifacts/run1/worker.txt")).value(), "done\n");
}

TEST_P(Attempts, AGangShareTheirProjectAndStartsOnWord) {
  const domain::Node first = start_node("tvm-0");
  const domain::Node second = start_node("tvm-1");
  AttemptOrder one = script("echo data > shared; sleep 0.3");
  one.launch_when_prepared = false;
  one.slot = first.slot;
  AttemptOrder two = script("while ! [ -s shared ]; do sleep 0.01; done; cat shared; rm shared");
  two.launch_when_prepared = two.head = false;
  two.slot = first.slot;
  two.node_index = 1;
  two.processes[0].log_name = "second.txt";
  for (const auto& [node, order] : {std::pair(first, one), std::pair(second, two)}) {
    engine_->start_attempt(node.id, order);
    events_.take_phase(AttemptPhase::Prepared, order.token);
  }
  for (const auto& node : {first, second}) {
    engine_->launch_attempt(node.id, one.run_id, one.token);
  }
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(events_.take_phase(AttemptPhase::Ended, one.token).processes[0].exit_code, 0);
  }
  EXPECT_EQ(base::read_file(path("artifacts/run1/second.txt")).value(), "data\n");
}

TEST_P(Attempts, OutputsAndDataAreWhereTheRunLooksForThem) {
  write("stores/blob/in/numbers.txt", "1 2 3\n");
  write("stores/copied/file.txt", "copied\n");
  AttemptOrder wanted = script(
      "cat \"$DATA/in/numbers.txt\" got/file.txt; echo model > outputs/model; echo x > logs/x; "
      "echo new > \"$DATA/in/new.txt\"; mkdir -p up/deep; echo back > up/deep/f");
  wanted.mounts = {{path("artifacts/run1/outputs"), wanted.project + "/outputs", false},
                   {path("artifacts/run1/logs"), wanted.project + "/logs", false},
                   {path("stores/blob"), path("runs/run1/mounts/d"), false}};
  wanted.downloads = {{path("stores/copied"), wanted.project + "/got", false}};
  wanted.uploads = {{wanted.project + "/up", path("stores/back"), false}};
  wanted.processes[0].variables["DATA"] = path("runs/run1/mounts/d");
  if (!GetParam() && is_root()) {
    for (const char* below : {"stores/blob/in", "stores/blob/in/numbers.txt"}) {
      ::chmod(path(below).c_str(), 0777);
    }
  }
  const AttemptReport report = run(start_node(), wanted);
  EXPECT_EQ(report.error, "");
  EXPECT_EQ(report.processes[0].exit_code, 0) << log();
  EXPECT_EQ(log(), "1 2 3\ncopied\n");
  EXPECT_EQ(base::read_file(path("artifacts/run1/outputs/model")).value(), "model\n");
  EXPECT_EQ(base::read_file(path("stores/blob/in/new.txt")).value(), "new\n");
  EXPECT_EQ(base::read_file(path("stores/back/deep/f")).value(), "back\n");
}

TEST_P(Attempts, UserCodeReadsNothingOfTheServerOrOfOtherRuns) {
  const domain::Node node = start_node();
  if (!isolated() && !is_root()) GTEST_SKIP() << "said in the node's limits";
  write("secrets/owner_token", "owner");
  ::chmod(path("secrets").c_str(), 0700);
  run(node, script("echo mine > private; chmod 600 private", "other"));
  write("nodes/tvm-9/config.json", "secret");
  ::chmod(path("nodes/tvm-9").c_str(), 0700);
  const AttemptReport report = run(
      node, script("cat " + path("secrets/owner_token") + " " + path("runs/other/project/private") +
                   " " + path("nodes/tvm-9/config.json") + " " + path("nodes/tvm-0/config.json") +
                   " " + path("nodes/tvm-0/journal") + "; ls " + path("secrets")));
  EXPECT_NE(report.processes[0].exit_code, 0);
  for (const char* secret : {"owner\n", "mine", "\"secret\"", "claim"}) {
    EXPECT_THAT(log(), Not(HasSubstr(secret)));
  }
}

TEST_P(Attempts, ARunCannotLeaveASetUserIdFileThatIsRootsOnTheDisk) {
  if (!is_root()) GTEST_SKIP() << "nothing is root's here";
  run(start_node(), order({"/usr/bin/python3", "-c", R"(
import os
open('plain', 'w').close()
def attempt(what):
    try: what(); print('done')
    except OSError as error: print(error.strerror)
attempt(lambda: os.chmod('plain', 0o755))
attempt(lambda: os.chmod('plain', 0o4755))
attempt(lambda: os.open('made', os.O_CREAT | os.O_WRONLY, 0o6755))
attempt(lambda: os.mknod('node', 0o104755))
attempt(lambda: os.open('plain', os.O_RDONLY, 0o4000))
)"}));
  const std::string refused = "Operation not permitted\n";
  EXPECT_EQ(log(), "done\n" + refused + refused + refused + "done\n");
}

TEST_P(Attempts, ANodeHasItsOwnNameProcessesAndTemporaryFiles) {
  const domain::Node node = start_node();
  if (!isolated()) GTEST_SKIP() << "no namespaces";
  AttemptOrder wanted = script(
      "hostname; cat /etc/hosts; ls /tmp; touch /tmp/mine; ls /proc | grep -c '^[0-9]'; id -u");
  wanted.hosts = "127.0.0.1 localhost\n127.77.0.9 ps-0\n";
  run(node, wanted);
  EXPECT_THAT(log(), HasSubstr("host-tvm-0\n127.0.0.1 localhost\n127.77.0.9 ps-0\n"));
  EXPECT_THAT(log(), HasSubstr(std::to_string(is_root() ? 200000 + node.slot : ::getuid()) + "\n"));
  run(node, script("ls /tmp", "run2"));
  EXPECT_THAT(log("run2"), Not(HasSubstr("mine")));
}

}  // namespace
}  // namespace homeport::engine
