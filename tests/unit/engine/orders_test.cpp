// What an order may say besides what every run needs.

#include <gmock/gmock.h>
#include <sys/xattr.h>

#include "engine_fixture.hpp"

namespace homeport::engine {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class Orders : public EngineTest {
 protected:
  std::string text(const std::string& below) const {
    const auto found = base::read_file(path(below));
    return found.has_value() ? found.value() : "(no file)";
  }
  /// Whether the machine lets a process be root of a user namespace: asked of a preparation.
  bool root_inside(const domain::Node& node) {
    AttemptOrder asking = script("true", "asking");
    asking.preparation = task("id -u");
    run(node, asking);
    return text("artifacts/asking/prep.txt") == "0\n";
  }
  ProcessOrder task(const std::string& text) {
    ProcessOrder process = script(text).processes[0];
    process.role = "preparation";
    process.log_name = "prep.txt";
    process.as_root = true;
    return process;
  }
  /// Lets whoever the run is use what the test wrote.
  void open_to_all(const std::string& below) const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path(below))) {
      ::chmod(entry.path().c_str(), 0777);
    }
    ::chmod(path(below).c_str(), 0777);
  }
};
INSTANTIATE_TEST_SUITE_P(Node, Orders, ::testing::Bool(), [](const auto& chosen) {
  return std::string(chosen.param ? "Namespaces" : "Bare");
});

TEST_P(Orders, StandardErrorHasAFileOfItsOwnWhereItIsNamed) {
  AttemptOrder wanted = script("echo out; echo err >&2; echo again >> /dev/stdout; exit 4");
  wanted.processes[0].error_log_name = "logs/errors.txt";
  const AttemptReport report = run(start_node(), wanted);
  EXPECT_EQ(log(), "out\nagain\n");
  EXPECT_EQ(text("artifacts/run1/logs/errors.txt"), "err\n");
  EXPECT_EQ(report.processes[0].log_tail, "err");
}

TEST_P(Orders, LogsOfAFolderLieWhereItDoes) {
  AttemptOrder wanted = script("echo out; echo err >&2; echo more > " +
                               path("runs/run1/mounts/share/job/stdouterr/more.txt"));
  wanted.processes[0].log_name = "stdouterr/stdout.txt";
  wanted.processes[0].error_log_name = "stdouterr/deep/stderr.txt";
  wanted.folders = {{"stdouterr", path("stores/share/job/stdouterr")},
                    {"stdouterr/deep", path("stores/deep")}};
  wanted.mounts = {{path("stores/share"), path("runs/run1/mounts/share"), false}};
  const AttemptReport report = run(start_node(), wanted);
  EXPECT_EQ(report.error, "");
  EXPECT_EQ(report.processes[0].exit_code, 0) << text("stores/deep/stderr.txt");
  EXPECT_EQ(text("stores/share/job/stdouterr/stdout.txt"), "out\n");
  EXPECT_EQ(text("stores/share/job/stdouterr/more.txt"), "more\n");
  EXPECT_EQ(text("stores/deep/stderr.txt"), "err\n");
  EXPECT_FALSE(std::filesystem::exists(path("artifacts/run1/stdouterr")));
}

TEST_P(Orders, ALinkThatAnotherRunPlantedInAFolderIsNotFollowed) {
  write("stores/share/logs/x", "");
  write("secret", "untouched");
  std::filesystem::create_symlink(path("secret"), path("stores/share/logs/stdout.txt"));
  std::filesystem::create_directory_symlink(data_.path(), path("stores/share/away"));
  for (const char* folder : {"stores/share/logs", "stores/share/away/stolen"}) {
    AttemptOrder wanted = script("echo out", std::string("run") + (folder + 13));
    wanted.processes[0].log_name = "stdouterr/stdout.txt";
    wanted.folders = {{"stdouterr", path(folder)}};
    const std::string name = "tvm-" + std::to_string(std::string(folder).size());
    EXPECT_NE(run(start_node(name), wanted).error, "") << folder;
  }
  EXPECT_EQ(text("secret"), "untouched");
  EXPECT_FALSE(std::filesystem::exists(path("stolen")));
}

TEST_P(Orders, RunsOfDifferentUsersHaveOneStoreAtATime) {
  const domain::Node first = start_node("tvm-0");
  const domain::Node second = start_node("tvm-1");
  const auto order_of = [&](const std::string& name, const domain::Node& node,
                            const std::string& text) {
    AttemptOrder wanted = script("cd $STORE; " + text, name);
    wanted.slot = node.slot;
    wanted.mounts = {{path("stores/common"), path("runs/" + name + "/mounts/d"), false}};
    wanted.processes[0].variables["STORE"] = path("runs/" + name + "/mounts/d");
    return wanted;
  };
  const AttemptOrder one = order_of(
      "one", first, "while ! [ -e two ]; do sleep 0.01; done; cat two; echo from one > one");
  engine_->start_attempt(first.id, one);
  events_.take_phase(AttemptPhase::Running, one.token);
  EXPECT_EQ(run(second, order_of("two", second, "echo from two > two")).processes[0].exit_code, 0);
  EXPECT_EQ(events_.take_phase(AttemptPhase::Ended, one.token).processes[0].exit_code, 0);
  EXPECT_EQ(log("one"), "from two\n");
  EXPECT_EQ(text("stores/common/one"), "from one\n");
}

TEST_P(Orders, ScratchIsEachNodesOwnAtOnePathAndStartsEmpty) {
  const domain::Node first = start_node("tvm-0");
  const domain::Node second = start_node("tvm-1");
  const auto order_on = [&](const std::string& name) {
    AttemptOrder wanted =
        script("pwd; ls; echo " + name + " > mine; echo $TEMP; echo t > $TEMP/t; " +
               "cat $SHARED/* 2>/dev/null; echo " + name + " > $SHARED/" + name);
    wanted.slot = first.slot;
    wanted.scratch = {
        {path("runs/run1/attempts/1/shared"), path("runs/run1/shared"), false},
        {path("runs/run1/attempts/1/" + name + "/temp"), path("runs/run1/temp"), true},
        {path("runs/run1/attempts/1/" + name + "/work"), path("runs/run1/work"), false}};
    wanted.processes[0].directory = path("runs/run1/work");
    wanted.processes[0].variables["TEMP"] = path("runs/run1/temp");
    wanted.processes[0].variables["SHARED"] = path("runs/run1/shared");
    wanted.processes[0].log_name = name + ".txt";
    wanted.token = "token-" + name;
    return wanted;
  };
  for (const auto& [node, name] : {std::pair(first, "a"), std::pair(second, "b")}) {
    const AttemptReport report = run(node, order_on(name));
    EXPECT_EQ(report.error, "");
    EXPECT_EQ(report.processes[0].exit_code, 0)
        << text(std::string("artifacts/run1/") + name + ".txt");
  }
  const std::string seen = isolated() ? "runs/run1" : "runs/run1/attempts/1/";
  const std::string own = isolated() ? "/" : "a/";
  EXPECT_EQ(text("artifacts/run1/a.txt"),
            path(seen + own + "work") + "\n" + path(seen + own + "temp") + "\n");
  EXPECT_THAT(text("artifacts/run1/b.txt"), ::testing::EndsWith("\na\n"))
      << "they meet in one place";
  EXPECT_EQ(text("runs/run1/attempts/1/a/work/mine"), "a\n");
  EXPECT_EQ(text("runs/run1/attempts/1/b/work/mine"), "b\n");
  EXPECT_FALSE(std::filesystem::exists(path("runs/run1/attempts/1/a/temp/t"))) << "it is over";
}

TEST_P(Orders, APreparationSeesMountsAndComesBeforeTheProcesses) {
  write("stores/blob/in", "data\n");
  open_to_all("stores/blob");
  const domain::Node node = start_node();
  AttemptOrder wanted = script("cat \"$DATA/made\"; cat left");
  wanted.mounts = {{path("stores/blob"), path("runs/run1/mounts/d"), false}};
  wanted.processes[0].variables["DATA"] = path("runs/run1/mounts/d");
  wanted.preparation = task(
      "cat $DATA/in > $DATA/made; echo left > left; echo $SECRET; pwd; "
      "echo bad >&2; id -u; touch owned; stat -c %u owned");
  wanted.preparation.variables["DATA"] = path("runs/run1/mounts/d");
  wanted.preparation.variables["SECRET"] = "s3cret";
  wanted.preparation.error_log_name = "prep-errors.txt";
  const AttemptReport report = run(node, wanted);
  EXPECT_EQ(report.error, "");
  EXPECT_EQ(log(), "data\nleft\n");
  EXPECT_THAT(text("artifacts/run1/prep.txt"),
              StartsWith("s3cret\n" + path("runs/run1/project") + "\n"));
  EXPECT_EQ(text("artifacts/run1/prep-errors.txt"), "bad\n");
  if (report.warnings.empty()) {
    EXPECT_THAT(text("artifacts/run1/prep.txt"), ::testing::EndsWith("\n0\n0\n")) << "root inside";
  }
  struct stat status {};
  ASSERT_EQ(::stat(path("runs/run1/project/owned").c_str(), &status), 0);
  const uid_t expected = !is_root()   ? ::getuid()
                         : isolated() ? 0
                                      : 200000u + static_cast<uid_t>(node.slot);
  EXPECT_EQ(status.st_uid, expected) << "what it makes is the run's";
  EXPECT_THAT(text("nodes/tvm-0/journal"), Not(HasSubstr("s3cret")));
  EXPECT_THAT(text("nodes/tvm-0/agent.log"), Not(HasSubstr("s3cret")));
}

TEST_P(Orders, RootInsideCannotLeaveAFileThatHasCapabilitiesOnTheDisk) {
  if (!is_root()) GTEST_SKIP() << "nothing is root's here";
  AttemptOrder wanted = script("true");
  wanted.preparation = task(R"(exec /usr/bin/python3 - <<'END'
import os, struct
open('tool', 'w').close()
os.chmod('tool', 0o755)
# A capability set of revision 2, and one of revision 3 whose root is that of the namespace.
for value in (struct.pack('<IIIII', 0x02000001, 1 << 7, 0, 0, 0),
              struct.pack('<IIIIII', 0x03000001, 1 << 7, 0, 0, 0, 0)):
    try: os.setxattr('tool', 'security.capability', value); print('done')
    except OSError as error: print(error.strerror)
END)");
  run(start_node(), wanted);
  EXPECT_LT(::getxattr(path("runs/run1/project/tool").c_str(), "security.capability", nullptr, 0),
            0)
      << text("artifacts/run1/prep.txt");
}

TEST_P(Orders, APreparationThatFailsEndsTheAttemptWithItsExitCode) {
  AttemptOrder wanted = script("echo never");
  wanted.preparation = task("echo why; exit 7");
  const domain::Node node = start_node();
  const AttemptReport report = run(node, wanted);
  EXPECT_EQ(report.error, "the preparation of the run ended with exit code 7");
  EXPECT_EQ(report.error_code, kPreparationFailed);
  EXPECT_EQ(report.error_exit_code, 7);
  EXPECT_EQ(report.error_log_tail, "why");
  EXPECT_EQ(report.processes[0].started_at, base::TimePoint{});
  AttemptOrder killed = script("echo never", "run2");
  killed.preparation = task("kill -9 $$$$");
  EXPECT_EQ(run(node, killed).error_exit_code, 137);
  EXPECT_EQ(log(), "(no log)");
}

TEST_P(Orders, APreparationCanBeStopped) {
  const domain::Node node = start_node();
  AttemptOrder wanted = script("true");
  wanted.preparation = task("sleep " + long_time(1));
  engine_->start_attempt(node.id, wanted);
  ASSERT_TRUE(soon([] { return lives(long_time(1)); }));
  engine_->stop_attempt(node.id, wanted.run_id, wanted.token, {}, std::chrono::seconds(1));
  EXPECT_THAT(events_.take_phase(AttemptPhase::Ended, wanted.token).error, HasSubstr("stopped"));
  EXPECT_TRUE(soon([] { return !lives(long_time(1)); }));
}

TEST_P(Orders, APreparationThatIsStoppedHasItsGraceToSaveWhatItHas) {
  const domain::Node node = start_node();
  AttemptOrder wanted = script("echo never");
  wanted.preparation =
      task("trap 'echo saved; exit 0' TERM; echo begun; sleep " + long_time(1) + " & wait");
  engine_->start_attempt(node.id, wanted);
  ASSERT_TRUE(soon([this] { return text("artifacts/run1/prep.txt") == "begun\n"; }));
  engine_->stop_attempt(node.id, wanted.run_id, wanted.token, {}, std::chrono::seconds(20));
  const AttemptReport report = events_.take_phase(AttemptPhase::Ended, wanted.token);
  EXPECT_THAT(report.error, HasSubstr("stopped"));
  EXPECT_EQ(text("artifacts/run1/prep.txt"), "begun\nsaved\n");
  EXPECT_EQ(log(), "(no log)") << "what it prepared for does not start";
  EXPECT_TRUE(soon([] { return !lives(long_time(1)); })) << "nor does anything of it stay";
}

TEST_P(Orders, APreparationThatDoesNotStopIsKilledAfterItsGrace) {
  const domain::Node node = start_node();
  AttemptOrder wanted = script("echo never");
  wanted.preparation = task("trap '' TERM; echo begun; sleep " + long_time(1));
  engine_->start_attempt(node.id, wanted);
  ASSERT_TRUE(soon([this] { return text("artifacts/run1/prep.txt") == "begun\n"; }));
  engine_->stop_attempt(node.id, wanted.run_id, wanted.token, {}, std::chrono::milliseconds(200));
  EXPECT_THAT(events_.take_phase(AttemptPhase::Ended, wanted.token).error, HasSubstr("stopped"));
  EXPECT_TRUE(soon([] { return !lives(long_time(1)); }));
}

TEST_P(Orders, EveryNodeOfAGangIsPreparedBeforeItStarts) {
  const domain::Node first = start_node("tvm-0");
  const domain::Node second = start_node("tvm-1");
  std::vector<AttemptOrder> orders;
  for (int i = 0; i < 2; ++i) {
    AttemptOrder wanted = script("true");
    wanted.head = i == 0;
    wanted.node_index = i;
    wanted.slot = first.slot;
    wanted.launch_when_prepared = false;
    wanted.preparation = task("hostname; sleep 0." + std::to_string(2 * i));
    wanted.preparation.log_name = "prep-" + std::to_string(i) + ".txt";
    orders.push_back(wanted);
  }
  orders[1].processes.clear();
  orders[1].stays = true;
  const std::vector<domain::Node> nodes{first, second};
  for (size_t i = 0; i < 2; ++i) engine_->start_attempt(nodes[i].id, orders[i]);
  for (size_t i = 0; i < 2; ++i) events_.take_phase(AttemptPhase::Prepared, orders[i].token);
  EXPECT_NE(text("artifacts/run1/prep-1.txt"), "(no file)");
  for (const auto& node : nodes)
    engine_->launch_attempt(node.id, orders[0].run_id, orders[0].token);
  EXPECT_EQ(events_.take_phase(AttemptPhase::Ended, orders[0].token).processes.size(), 1u);
  engine_->stop_attempt(second.id, orders[1].run_id, orders[1].token, {}, std::chrono::seconds(1));
  const AttemptReport stayed = events_.take_phase(AttemptPhase::Ended, orders[1].token);
  EXPECT_EQ(stayed.processes.size(), 0u);
  EXPECT_EQ(stayed.error, "");
}

TEST_P(Orders, AVolumeThatIsNotThereFailsTheAttempt) {
  AttemptOrder wanted = script("true");
  write("stores/file", "no directory");
  wanted.mounts = {{path("stores/file"), path("runs/run1/mounts/d"), false}};
  const AttemptReport report = run(start_node(), wanted);
  EXPECT_EQ(report.error_code, kMountFailed);
  EXPECT_THAT(report.error, HasSubstr(path("runs/run1/mounts/d")));
}

TEST_P(Orders, WhatACommandMountsIsSeenByTheRunAndGoesWithIt) {
  const domain::Node node = start_node();
  const bool apart = isolated() && root_inside(node);
  AttemptOrder wanted =
      script("cat $PLACE/file; touch $PLACE/mine && findmnt -n -o FSTYPE $PLACE | tail -1");
  wanted.scratch = {{path("runs/run1/attempts/1/v"), path("runs/run1/mounts/v"), false}};
  wanted.processes[0].variables["PLACE"] = path("runs/run1/mounts/v");
  VolumeCommand command;
  command.target = path("runs/run1/mounts/v");
  command.process =
      task(std::string(apart ? "mount -t tmpfs none $0 && " : "") + "echo hello > $0/file");
  command.process.argv.push_back(command.target);
  wanted.volume_commands = {command};
  const AttemptReport report = run(node, wanted);
  EXPECT_EQ(report.error, "");
  EXPECT_THAT(log(), StartsWith("hello\n"));
  if (!apart) return;
  EXPECT_EQ(log(), "hello\ntmpfs\n");
  EXPECT_FALSE(std::filesystem::exists(path("runs/run1/attempts/1/v/file")));
  run(node, script("ls " + path("runs/run1/mounts/v"), "run2"));
  EXPECT_THAT(log("run2"), Not(HasSubstr("hello")));
}

TEST_P(Orders, ACommandThatCannotMountSaysWhy) {
  AttemptOrder wanted = script("true");
  wanted.scratch = {{path("runs/run1/attempts/1/v"), path("runs/run1/mounts/v"), false}};
  VolumeCommand command;
  command.target = path("runs/run1/mounts/v");
  command.process = task("echo no such server >&2; exit 32");
  wanted.volume_commands = {command};
  const AttemptReport report = run(start_node(), wanted);
  EXPECT_EQ(report.error_code, kMountFailed);
  EXPECT_THAT(report.error, HasSubstr("exited with 32: no such server"));
}

}  // namespace
}  // namespace homeport::engine
