#include <gmock/gmock.h>

#include "real_house.hpp"

namespace homeport::service {
namespace {

using domain::RunState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Job : public RealHouse {};

INSTANTIATE_TEST_SUITE_P(On, Job, ::testing::Bool(), [](const auto& chosen) {
  return std::string(chosen.param ? "Namespaces" : "Bare");
});

TEST_P(Job, WhatItWritesOnAShareIsAmongItsFiles) {
  make_cluster(2);
  domain::Run run =
      job("job1", 2,
          "cat $TEMP/own $SHARED/*; basename $PWD; echo $GREETING $PASSWORD; echo oops >&2; "
          "for i in 1 2; do echo $i > $OUT/part-$i; done; echo $$ > /dev/null");
  run.spec->folders.push_back({"outputs/Models", {shares, "share", "out/job1/Models"}});
  run.spec->environment.variables = {{"OUT", "$MOUNTS/afs/out/job1/Models"},
                                     {"GREETING", "hello from $NODE, $NOBODY."}};
  run.spec->sealed_secrets = {{"PASSWORD", keyring->encrypt(security::Secret("pa$$word"))}};
  run.spec->preparation = {"/bin/bash", "-c",
                           "echo own $NODE > $TEMP/own; echo $NODE $PASSWORD > $SHARED/$NODE; "
                           "echo prepared; echo on $NODE >&2"};
  submit(run);
  const domain::Run ended = wait_for_end("job1");
  EXPECT_EQ(ended.state, RunState::Completed) << (ended.error ? ended.error->message : "");
  EXPECT_EQ(in_share("logs/job1/stdouterr/stdout.txt"),
            "own nc6-0\nnc6-0 pa$$word\nnc6-1 pa$$word\nwork\nhello from nc6-0, . pa$$word\n");
  EXPECT_EQ(file_of(run, "stdouterr/stderr.txt"), "oops\n");
  EXPECT_EQ(file_of(run, "stdouterr/stdout-job_prep-nc6-1.txt"), "prepared\n");
  EXPECT_EQ(file_of(run, "stdouterr/stderr-job_prep-nc6-0.txt"), "on nc6-0\n");
  EXPECT_EQ(file_of(run, "outputs/Models/part-2"), "2\n");
  std::vector<std::string> names;
  const auto files = list_artifacts(context, workspace, run, "").value();
  for (const auto& file : files) names.push_back(file.name);
  EXPECT_THAT(names, ElementsAre("outputs/Models/part-1", "outputs/Models/part-2",
                                 "stdouterr/stderr-job_prep-nc6-0.txt",
                                 "stdouterr/stderr-job_prep-nc6-1.txt", "stdouterr/stderr.txt",
                                 "stdouterr/stdout-job_prep-nc6-0.txt",
                                 "stdouterr/stdout-job_prep-nc6-1.txt", "stdouterr/stdout.txt"));
}

TEST_P(Job, TheNextOneFindsTheNodeAsIfItWereNew) {
  make_cluster(1);
  for (const char* id : {"job1", "job2"}) {
    submit(job(id, 1,
               "ls -A . $TEMP $SHARED $TMPDIR | grep -cx mine; "
               "for place in . $TEMP $SHARED $TMPDIR; do touch $place/mine; done"));
    EXPECT_EQ(wait_for_end(id).state, RunState::Completed);
    EXPECT_EQ(in_share(std::string("logs/") + id + "/stdouterr/stdout.txt"), "0\n") << id;
  }
}

TEST_P(Job, WhatOneHasWrittenAnotherReads) {
  make_cluster(2);
  domain::Run first = job("job1", 1,
                          "echo model > $MOUNTS/afs/out/m; mkdir -p $MOUNTS/afs/out/d; "
                          "echo deep > $MOUNTS/afs/out/d/f; sleep 1");
  first.spec->folders.push_back({"outputs", {shares, "share", "out"}});
  submit(first);
  ASSERT_TRUE(soon([&] { return in_share("out/d/f") == "deep\n"; }));
  // On the other node, so by another user.
  submit(job("job2", 1,
             "cat $MOUNTS/afs/out/m $MOUNTS/afs/out/d/f $MOUNTS/afs/logs/job1/stdouterr/*"));
  EXPECT_EQ(wait_for_end("job2").state, RunState::Completed);
  EXPECT_EQ(in_share("logs/job2/stdouterr/stdout.txt"), "model\ndeep\n");
  EXPECT_EQ(wait_for_end("job1").state, RunState::Completed);
}

TEST_P(Job, AKeyThatIsNotTheAccountsFailsItAndNothingIsMade) {
  make_cluster(1);
  domain::Run run = job("job1", 1, "true");
  run.spec->volumes[0].sealed_key = keyring->encrypt(security::Secret("d3Jvbmc="));
  submit(run);
  const domain::Run ended = wait_for_end("job1");
  ASSERT_TRUE(ended.error.has_value());
  EXPECT_EQ(ended.error->code, engine::kMountFailed);
  EXPECT_THAT(ended.error->message,
              StartsWith("share 'share' of the storage account '" + workspace.storage_account));
  EXPECT_EQ(in_share("logs/job1/stdouterr/stdout.txt"), "(no file)");
}

TEST_P(Job, APreparationThatFailsOnOneNodeFailsItAll) {
  make_cluster(2);
  domain::Run run = job("job1", 2, "echo never");
  run.spec->preparation = {"/bin/bash", "-c", "[ $NODE = nc6-0 ] || { echo why >&2; exit 5; }"};
  submit(run);
  const domain::Run ended = wait_for_end("job1");
  ASSERT_TRUE(ended.error.has_value());
  EXPECT_EQ(ended.state, RunState::Failed);
  EXPECT_EQ(ended.error->code, engine::kPreparationFailed);
  EXPECT_THAT(ended.error->message, HasSubstr("exit code 5"));
  EXPECT_THAT(ended.error->message, HasSubstr("why"));
  EXPECT_EQ(in_share("logs/job1/stdouterr/stdout.txt"), "(no file)");
}

TEST_P(Job, WhatAPreparationInstallsWithPipIsFoundByTheProcesses) {
  make_cluster(1);
  domain::Run run = job("job1", 1, "greet && python -c 'import toy; print(toy.word)'");
  run.spec->preparation = {"/bin/bash", "-c", R"(set -e
python - <<'END'
import zipfile
with zipfile.ZipFile('toy-1.0-py3-none-any.whl', 'w') as wheel:
    wheel.writestr('toy.py', 'word = "found"\ndef main(): print("hello")\n')
    info = 'toy-1.0.dist-info/'
    wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\nName: toy\nVersion: 1.0\n')
    wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n')
    wheel.writestr(info + 'entry_points.txt', '[console_scripts]\ngreet = toy:main\n')
    wheel.writestr(info + 'RECORD', '')
END
python -m pip install --no-index ./toy-1.0-py3-none-any.whl)"};
  submit(run);
  const domain::Run ended = wait_for_end("job1");
  EXPECT_EQ(ended.state, RunState::Completed) << (ended.error ? ended.error->message : "");
  EXPECT_EQ(in_share("logs/job1/stdouterr/stdout.txt"), "hello\nfound\n");
}

TEST_P(Job, AKilledServerLosesNoLineOfItAndRunsNothingTwice) {
  make_cluster(2);
  domain::Run run = job("job1", 2, "for i in $(seq 200); do echo $i; sleep 0.01; done");
  run.spec->preparation = {"/bin/bash", "-c", "echo begun; sleep 1; echo done"};
  submit(run);
  ASSERT_TRUE(
      soon([&] { return file_of(run, "stdouterr/stdout-job_prep-nc6-0.txt") == "begun\n"; }));
  kill_server();
  start_server();
  ASSERT_TRUE(soon([&] { return file_of(run, "stdouterr/stdout.txt").size() > 20; }));
  kill_server();
  start_server();
  EXPECT_EQ(wait_for_end("job1").state, RunState::Completed);
  std::string lines;
  for (int i = 1; i <= 200; ++i) lines += std::to_string(i) + "\n";
  EXPECT_EQ(in_share("logs/job1/stdouterr/stdout.txt"), lines);
  EXPECT_EQ(file_of(run, "stdouterr/stdout-job_prep-nc6-1.txt"), "begun\ndone\n");
}

}  // namespace
}  // namespace homeport::service
