// How processes of a run have others started on its other nodes.

#include <gmock/gmock.h>
#include <sys/wait.h>

#include "base/expand.hpp"
#include "engine_fixture.hpp"

namespace homeport::engine {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

/// Two nodes of one attempt: on the first runs a script, the second waits for what it asks for.
class DoorTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    nodes_ = {start_node("tvm-0"), start_node("tvm-1")};
  }

  AttemptOrder part(int index, const std::string& text, const std::string& name = "run1") {
    AttemptOrder part = script(base::escape_variables(text), name);
    const domain::Node& node = nodes_[static_cast<size_t>(index)];
    const std::string own = "runs/" + name + "/attempts/1/" + std::to_string(index);
    part.node_index = index;
    part.slot = nodes_[0].slot;
    part.head = index == 0;
    part.stays = index > 0;
    part.launch_when_prepared = false;
    part.scratch = {
        {path("runs/" + name + "/attempts/1/doors"), path("runs/" + name + "/doors"), false},
        {path("runs/" + name + "/attempts/1/shared"), path("runs/" + name + "/shared"), false},
        {path(own + "/work"), path("runs/" + name + "/work"), false}};
    ProcessOrder& process = part.processes[0];
    process.directory = path("runs/" + name + "/work");
    process.variables["WHERE"] = "node " + std::to_string(index);
    process.variables["SHARED"] = path("runs/" + name + "/shared");
    part.door = {
        path("runs/" + name + "/doors"), {node.host_name, node.address}, "secret", process};
    if (part.stays) part.processes.clear();
    return part;
  }

  /// Both nodes run, the first `text`, in which $ON_1 stands for the client and the second node.
  void begin(const std::string& text) {
    for (const int index : {0, 1}) {
      engine_->start_attempt(nodes_[static_cast<size_t>(index)].id,
                             part(index, R"(ON_1="$OMPI_MCA_plm_rsh_agent host-tvm-1"; )" + text));
      events_.take_phase(AttemptPhase::Prepared, "token-run1");
    }
    for (const int index : {1, 0}) launch(index);
  }
  void launch(int index) {
    engine_->launch_attempt(nodes_[static_cast<size_t>(index)].id, domain::RunId("run1"),
                            "token-run1");
  }
  void stop(int index, std::chrono::milliseconds grace = std::chrono::seconds(10)) {
    engine_->stop_attempt(nodes_[static_cast<size_t>(index)].id, domain::RunId("run1"),
                          "token-run1", {}, grace);
  }
  /// Waits for the script, then ends the second node's part.
  AttemptReport end() {
    AttemptReport report = events_.take_phase(AttemptPhase::Ended, "token-run1");
    stop(1);
    events_.take_phase(AttemptPhase::Ended, "token-run1");
    return report;
  }
  std::string run_through(const std::string& text) {
    begin(text);
    const AttemptReport report = end();
    EXPECT_EQ(report.error, "");
    return log();
  }
  /// long_time() as a shell reads it; so lives() finds the sleep, not the script that holds it.
  static std::string sleep_of(int number) {
    return long_time(number).substr(0, 2) + R"("")" + long_time(number).substr(2);
  }
  std::string door(const std::string& name) const {
    return path("runs/run1/attempts/1/doors/" + name);
  }

  std::vector<domain::Node> nodes_;
};
INSTANTIATE_TEST_SUITE_P(Node, DoorTest, ::testing::Bool(), [](const auto& chosen) {
  return std::string(chosen.param ? "Namespaces" : "Bare");
});

TEST_P(DoorTest, WhatIsStartedIsAProcessOfThatNode) {
  const std::string said = run_through(
      "export FROM_CLIENT=yes WHERE=elsewhere OMPI_COMM_WORLD_RANK=3; $ON_1 hostname \\; "
      "'echo \"$WHERE $FROM_CLIENT <$OMPI_COMM_WORLD_RANK>\"; pwd; id -u; touch $SHARED/x; "
      "cat /proc/self/environ | tr \"\\0\" \"\\n\" | grep ^HOMEPORT_NODE='; id -u; pwd; cat x; "
      "ls $SHARED");
  const std::vector<std::string> lines = base::split(said, '\n');
  ASSERT_GE(lines.size(), 8U) << said;
  EXPECT_EQ(lines[0] == "host-tvm-1", isolated());
  EXPECT_EQ(lines[1], "node 1 yes <>");
  EXPECT_EQ(lines[2], path(isolated() ? "runs/run1/work" : "runs/run1/attempts/1/1/work"));
  EXPECT_THAT(lines[4], StartsWith("HOMEPORT_NODE=tvm-1."));
  EXPECT_EQ(lines[5], lines[3]) << "one user on all nodes";
  EXPECT_EQ(lines[6], path(isolated() ? "runs/run1/work" : "runs/run1/attempts/1/0/work"));
  EXPECT_THAT(said, HasSubstr("x\n"));
}

TEST_P(DoorTest, ExitCodesSignalsAndBothStreamsComeBack) {
  const std::string said = run_through(
      "$ON_1 'echo out; echo err >&2; exit 7' 2>errors; echo $?; cat errors; "
      "$ON_1 'kill -9 $$'; echo $?; $ON_1 'head -c 3000000 /dev/zero' | wc -c; "
      "$ON_1 '(sleep " +
      long_time(1) +
      " &); exit 0'; echo $?; "
      "$OMPI_MCA_plm_rsh_agent " +
      nodes_[1].address +
      " 'echo by address'; "
      "$ON_1 cat; echo \"no input: $?\"");
  EXPECT_EQ(said, "out\n7\nerr\n137\n3000000\n0\nby address\nno input: 0\n");
  EXPECT_FALSE(lives(long_time(1)));
}

TEST_P(DoorTest, ANodesOwnDoorAndManyAtOnce) {
  const std::string said = run_through(
      "$OMPI_MCA_plm_rsh_agent host-tvm-0 'echo $WHERE'; "
      "for i in 1 2 3 4 5 6 7 8; do $ON_1 \"sleep 0.1; echo $i\" & done; wait");
  EXPECT_THAT(said, StartsWith("node 0\n"));
  for (int i = 1; i <= 8; ++i) EXPECT_THAT(said, HasSubstr("\n" + std::to_string(i) + "\n"));
}

TEST_P(DoorTest, WhoIsNotOfTheAttemptIsRefused) {
  const std::string said = run_through(
      "HOMEPORT_DOOR_SECRET=wrong $ON_1 'echo no'; echo $?; "
      "HOMEPORT_DOOR_SECRET=secre $ON_1 'echo no'; echo $?; "
      "$OMPI_MCA_plm_rsh_agent nowhere 'echo no'; echo $?; "
      "$OMPI_MCA_plm_rsh_agent ../x 'echo no'; echo $?; "
      "HOMEPORT_DOORS= $ON_1 'echo no'; echo $?; $ON_1; echo $?");
  EXPECT_EQ(said,
            "homeport-start: host-tvm-1: this door is another attempt's\n255\n"
            "homeport-start: host-tvm-1: this door is another attempt's\n255\n"
            "homeport-start: nowhere: no node of this run has this name\n255\n"
            "homeport-start: ../x: this is no node's name\n255\n"
            "homeport-start: host-tvm-1: cannot open : No such file or directory\n255\n"
            "usage: homeport-start HOST COMMAND... (starts COMMAND on a node of this run)\n255\n");
}

TEST_P(DoorTest, AnotherUserIsRefusedEvenWithTheSecret) {
  if (!is_root()) GTEST_SKIP() << "every process here has one user";
  begin("sleep " + sleep_of(1));
  ASSERT_TRUE(soon([&] { return lives(long_time(1)); }));
  std::string client;
  for (const auto& entry : std::filesystem::directory_iterator(path("agent"))) {
    client = entry.path() / "homeport-start";
  }
  // As root, whom neither the directory nor the file keeps out.
  const std::string line = "HOMEPORT_DOOR_SECRET=secret HOMEPORT_DOORS=" + door("") + " " + client +
                           " host-tvm-1 'echo no' > " + path("said") + " 2>&1";
  EXPECT_EQ(WEXITSTATUS(std::system(line.c_str())), 255);
  EXPECT_EQ(base::read_file(path("said")).value(),
            "homeport-start: host-tvm-1: this door is another run's\n");
  stop(0, std::chrono::milliseconds(0));
  end();
}

TEST_P(DoorTest, WhatIsNoRequestIsAnsweredWithTheReason) {
  write("ask.py", R"(
import array, json, os, socket, sys
def ask(text, files):
    door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    door.connect(os.environ['HOMEPORT_DOORS'] + '/host-tvm-1')
    door.sendmsg([text.encode()], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', files))])
    print(json.loads(door.recv(99999))['error'])
pipes = os.pipe() + os.pipe()
good = {'protocol': 1, 'secret': 'secret', 'command': 'true'}
ask(json.dumps({**good, 'protocol': 2}), pipes[1::2])
ask(json.dumps({**good, 'command': 3}), pipes[1::2])
ask(json.dumps({**good, 'command': 'x' * 170000}), pipes[1::2])
ask('not JSON', pipes[1::2])
ask(json.dumps(good), [0, 1])
ask(json.dumps(good), [pipes[1]])
ask(json.dumps(good), pipes)
)");
  std::filesystem::create_directories(path("runs/run1/project"));
  const std::string ask = base::read_file(path("ask.py")).value();
  write("runs/run1/project/ask.py", ask);
  ::chmod(path("runs/run1/project/ask.py").c_str(), 0644);
  const std::string said = run_through("/usr/bin/python3 " + path("runs/run1/project/ask.py"));
  EXPECT_EQ(said,
            "protocol 2 of doors is not built in Homeport yet\n"
            "field 'command' is not right\n"
            "a message is larger than 163840 bytes\n"
            "not JSON: syntax error\n"
            "a request brings two pipes\n"
            "a request brings two pipes\n"
            "more files than two came\n");
}

TEST_P(DoorTest, AClientThatDiesEndsItsProcess) {
  begin("$ON_1 'trap \"echo told > $SHARED/told; exit\" TERM; sleep " + sleep_of(2) +
        " & wait' & sleep 0.2; until ls $SHARED/go 2>/dev/null; do sleep 0.05; done; kill -9 $!; "
        "until ls $SHARED/told 2>/dev/null; do sleep 0.05; done; echo over");
  ASSERT_TRUE(soon([&] { return lives(long_time(2)); }));
  write("runs/run1/attempts/1/shared/go", "");
  EXPECT_TRUE(soon([&] { return log().find("over") != std::string::npos; })) << log();
  EXPECT_TRUE(soon([&] { return !lives(long_time(2)); }));
  end();
}

TEST_P(DoorTest, WhatIsStartedEndsWithTheAttempt) {
  begin("$ON_1 'trap \"\" TERM; (setsid sleep " + sleep_of(3) + " &); sleep " + sleep_of(4) +
        "; sleep " + sleep_of(4) + "' & sleep " + sleep_of(5));
  for (int i = 3; i <= 5; ++i) ASSERT_TRUE(soon([&] { return lives(long_time(i)); })) << i;
  stop(1, std::chrono::milliseconds(200));
  events_.take_phase(AttemptPhase::Ended, "token-run1");
  EXPECT_FALSE(lives(long_time(3)));
  EXPECT_FALSE(lives(long_time(4)));
  EXPECT_FALSE(std::filesystem::exists(door("host-tvm-1")));
  stop(0, std::chrono::milliseconds(0));
  events_.take_phase(AttemptPhase::Ended, "token-run1");
  EXPECT_FALSE(lives(long_time(5)));
  EXPECT_FALSE(std::filesystem::exists(door("host-tvm-0")));
}

TEST_P(DoorTest, WhatIsToldToEndMayEndByItself) {
  begin("$ON_1 'trap \"echo told; exit 3\" TERM; sleep " + sleep_of(6) + " & wait'; echo $?");
  ASSERT_TRUE(soon([&] { return lives(long_time(6)); }));
  stop(1);
  for (int i = 0; i < 2; ++i) events_.take_phase(AttemptPhase::Ended, "token-run1");
  EXPECT_EQ(log(), "told\n3\n");
}

TEST_P(DoorTest, ANodeThatIsNotLaunchedYetLetsTheClientWait) {
  const std::string text =
      "$OMPI_MCA_plm_rsh_agent host-tvm-1 'echo started; test -e $SHARED/launched && echo after'";
  for (const int index : {0, 1}) {
    engine_->start_attempt(nodes_[static_cast<size_t>(index)].id, part(index, text));
    events_.take_phase(AttemptPhase::Prepared, "token-run1");
  }
  launch(0);
  events_.take_phase(AttemptPhase::Running, "token-run1");
  ::usleep(200'000);
  EXPECT_EQ(log(), "");
  write("runs/run1/attempts/1/shared/launched", "");
  launch(1);
  end();
  EXPECT_EQ(log(), "started\nafter\n");
}

TEST_P(DoorTest, ANodeThatIsNeverLaunchedSaysSoWhenItEnds) {
  for (const int index : {0, 1}) {
    engine_->start_attempt(nodes_[static_cast<size_t>(index)].id,
                           part(index, "$OMPI_MCA_plm_rsh_agent host-tvm-1 'echo no'; echo $?"));
    events_.take_phase(AttemptPhase::Prepared, "token-run1");
  }
  launch(0);
  events_.take_phase(AttemptPhase::Running, "token-run1");
  ASSERT_TRUE(soon([] { return lives("homeport-start"); }));
  ::usleep(200'000);
  stop(1);
  for (int i = 0; i < 2; ++i) events_.take_phase(AttemptPhase::Ended, "token-run1");
  EXPECT_EQ(log(), "homeport-start: host-tvm-1: the run is ending on this node\n255\n");
}

TEST_P(DoorTest, FilesOfTheOrderAreThereForEveryNodeAndGoWithTheAttempt) {
  const std::string file = path("runs/run1/hostfile");
  const auto with_file = [&](int index) {
    AttemptOrder order = part(index,
                              "cat $FILE; "
                              "$OMPI_MCA_plm_rsh_agent host-tvm-1 'cat $FILE'");
    order.files = {{file, "a\nb\n"}};
    if (index == 0) order.processes[0].variables["FILE"] = file;
    order.door.process.variables["FILE"] = file;
    return order;
  };
  for (const int index : {0, 1}) {
    engine_->start_attempt(nodes_[static_cast<size_t>(index)].id, with_file(index));
    events_.take_phase(AttemptPhase::Prepared, "token-run1");
  }
  for (const int index : {1, 0}) launch(index);
  end();
  EXPECT_EQ(log(), "a\nb\na\nb\n");
  if (!isolated()) return;
  EXPECT_EQ(run(nodes_[0], script("ls " + path("runs/run1") + " | grep -c hostfile", "run2"))
                .processes[0]
                .exit_code,
            1);
}

}  // namespace
}  // namespace homeport::engine
