#include <gmock/gmock.h>

#include <cstdlib>

#include "engine_fixture.hpp"

namespace homeport::engine {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Preparation : public EngineTest {
 protected:
  /// A snapshot with a script and a folder.
  std::string snapshot() {
    write("src/main.sh", "cat lib/text; id -u > owner; echo more >> lib/text\n");
    write("src/lib/text", "from the snapshot\n");
    std::filesystem::create_directories(path("snapshots"));
    const std::string command = "cd " + path("src") + " && /usr/bin/python3 -m zipfile -c " +
                                path("snapshots/s.zip") + " main.sh lib";
    EXPECT_EQ(std::system(command.c_str()), 0);
    return path("snapshots/s.zip");
  }
  /// An environment whose only program says hello.
  EnvironmentOrder environment(const std::string& name = "e1") {
    const std::string program = "#!/bin/sh\necho hello from {dir}\n";
    EnvironmentOrder wanted;
    wanted.directory = path("environments/" + name);
    wanted.steps = {{"mkdir", "{dir}/bin"},
                    {"sh", "-c", "sleep 0.2; printf '" + program + "' > {dir}/bin/hello"},
                    {"chmod", "755", "{dir}/bin/hello"}};
    wanted.log_name = "azureml-logs/20_image_build_log.txt";
    return wanted;
  }
};
INSTANTIATE_TEST_SUITE_P(Node, Preparation, ::testing::Bool(), [](const auto& chosen) {
  return std::string(chosen.param ? "Namespaces" : "Bare");
});

TEST_P(Preparation, TheSnapshotIsTheRunsOwn) {
  AttemptOrder wanted = script("sh main.sh");
  wanted.snapshot_zip = snapshot();
  wanted.preparation_log = "azureml-logs/55_prep.txt";
  const AttemptReport report = run(start_node(), wanted);
  EXPECT_EQ(report.error, "");
  EXPECT_EQ(report.processes[0].exit_code, 0) << log();
  EXPECT_EQ(log(), "from the snapshot\n");
  EXPECT_EQ(base::read_file(path("runs/run1/project/lib/text")).value(),
            "from the snapshot\nmore\n");
  EXPECT_THAT(base::read_file(path("artifacts/run1/azureml-logs/55_prep.txt")).value(),
              AllOf(HasSubstr("unpacking the snapshot\n"), ::testing::EndsWith(" ready\n")));
}

TEST_P(Preparation, ABrokenSnapshotEndsTheAttemptWithTheReason) {
  write("snapshots/s.zip", "not a zip");
  AttemptOrder wanted = script("true");
  wanted.snapshot_zip = path("snapshots/s.zip");
  const AttemptReport report = run(start_node(), wanted);
  EXPECT_THAT(report.error, HasSubstr("snapshot"));
  EXPECT_EQ(report.processes[0].started_at, base::TimePoint{});
}

TEST_P(Preparation, AnEnvironmentIsBuiltOnceAndServesTheNextRun) {
  const domain::Node node = start_node();
  for (const char* name : {"run1", "run2"}) {
    AttemptOrder wanted = order({path("environments/e1/bin/hello")}, name);
    wanted.environment = environment();
    const AttemptReport report = run(node, wanted);
    EXPECT_EQ(report.error, "") << report.error_log_tail;
    EXPECT_EQ(log(name), "hello from " + path("environments/e1") + "\n");
  }
  EXPECT_TRUE(std::filesystem::exists(path("artifacts/run1/azureml-logs/20_image_build_log.txt")));
  EXPECT_FALSE(std::filesystem::exists(path("artifacts/run2/azureml-logs/20_image_build_log.txt")));
}

TEST_P(Preparation, TwoNodesDoNotBuildOneEnvironmentAtTheSameTime) {
  const domain::Node first = start_node("tvm-0");
  const domain::Node second = start_node("tvm-1");
  AttemptOrder one = order({path("environments/e1/bin/hello")}, "run1");
  AttemptOrder two = order({path("environments/e1/bin/hello")}, "run2");
  one.environment = two.environment = environment();
  one.slot = first.slot;
  two.slot = second.slot;
  engine_->start_attempt(first.id, one);
  engine_->start_attempt(second.id, two);
  EXPECT_EQ(events_.take_phase(AttemptPhase::Ended, one.token).error, "");
  EXPECT_EQ(events_.take_phase(AttemptPhase::Ended, two.token).error, "");
  EXPECT_EQ(log("run1"), log("run2"));
}

TEST_P(Preparation, AFailedBuildShowsItsLogAndIsTriedAgain) {
  const domain::Node node = start_node();
  AttemptOrder wanted = script("true");
  wanted.environment = environment();
  wanted.environment.steps[2] = {"sh", "-c", "echo no such package; exit 7"};
  const AttemptReport report = run(node, wanted);
  EXPECT_THAT(report.error, HasSubstr("step 3 (sh) exited with 7"));
  EXPECT_THAT(report.error_log_tail, HasSubstr("no such package"));
  AttemptOrder again = order({path("environments/e1/bin/hello")}, "run2");
  again.environment = environment();
  EXPECT_EQ(run(node, again).error, "");
}

TEST_P(Preparation, AnEnvironmentCannotBeChangedByARun) {
  const domain::Node node = start_node();
  if (!isolated() && !is_root()) GTEST_SKIP() << "said in the node's limits";
  AttemptOrder wanted =
      script("echo x > " + path("environments/e1/bin/hello") + " || echo refused");
  wanted.environment = environment();
  run(node, wanted);
  EXPECT_THAT(log(), HasSubstr("refused"));
  const AttemptReport report =
      run(node, script("echo x > " + path("environments/e1/bin/hello") + " || exit 9", "run2"));
  EXPECT_NE(report.processes[0].exit_code, 0);
}

TEST_P(Preparation, ItCanBeStopped) {
  const domain::Node node = start_node();
  AttemptOrder wanted = script("true");
  wanted.environment = environment();
  wanted.environment.steps[1] = {"sleep", long_time(1)};
  engine_->start_attempt(node.id, wanted);
  events_.take_phase(AttemptPhase::Building, wanted.token);
  engine_->stop_attempt(node.id, wanted.run_id, wanted.token, {}, std::chrono::seconds(1));
  EXPECT_THAT(events_.take_phase(AttemptPhase::Ended, wanted.token).error, HasSubstr("stopped"));
  EXPECT_TRUE(soon([] { return !lives(long_time(1)); }));
}

}  // namespace
}  // namespace homeport::engine
