#include "service/order_composer.hpp"

#include <gmock/gmock.h>

#include "base/expand.hpp"
#include "objects/shares.hpp"
#include "planner/layout.hpp"
#include "service/run_places.hpp"
#include "service_fixture.hpp"

namespace homeport::service {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Composer : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    run.id = domain::RunId("run1");
    run.workspace_id = workspace.id;
    run.experiment_name = "exp";
    run.spec.emplace();
    run.spec->dialect = "jobs";
    run.spec->logs.single_process = "stdouterr/stdout.txt";
    run.spec->logs.single_process_errors = "stdouterr/stderr.txt";
    run.spec->logs.process = "stdouterr/stdout-{role}-{index}.txt";
    run.spec->command = {"/bin/bash", "-c", "for i in 1; do echo $i $ROOT; done"};
    cluster.id = domain::ClusterId("nc6");
    for (int i = 0; i < 2; ++i) {
      domain::Node& node = nodes.emplace_back();
      node.id = domain::NodeId("tvm-" + std::to_string(i));
      node.host_name = "nc6-" + std::to_string(i);
      node.slot = 3 + i;
      node.address = "127.77.0." + std::to_string(4 + i);
    }
  }

  base::Result<std::vector<engine::AttemptOrder>> compose() {
    EnvironmentOptions environments;
    environments.index_url = [] { return std::string(); };
    OrderComposer composer(
        context, environments,
        {{"", {variables()}},
         {"jobs",
          {variables(), Expansion::Values, StartIn::Work, [](const auto&, const auto& node) {
             return base::Variables{{"NODE_ROOT", "/root/" + node.id.text()}};
           }}}});
    run.spec->node_count = static_cast<int>(nodes.size());
    domain::Attempt attempt;
    attempt.run_id = run.id;
    attempt.workspace_id = workspace.id;
    attempt.number = 2;
    attempt.token = "t0k3n";
    attempt.gpus = gpus;
    for (const auto& node : nodes) attempt.nodes.push_back(node.id);
    attempt.processes = planner::lay_out(run.spec->layout, run.spec->logs, run.spec->node_count);
    if (setup_wanted) {
      HP_TRY(auto order, composer.compose_setup(cluster, nodes[1]));
      return std::vector<engine::AttemptOrder>{order};
    }
    return composer.compose(run, attempt, cluster, nodes);
  }
  std::vector<engine::AttemptOrder> orders() {
    auto made = compose();
    EXPECT_TRUE(made.has_value()) << made.error().message;
    return made.has_value() ? made.value() : std::vector<engine::AttemptOrder>(nodes.size());
  }
  static DialectVariables variables() {
    return [](const ProcessScene& scene) {
      return base::Variables{
          {"ROOT", "/root"},
          {"WHERE", scene.nodes[static_cast<size_t>(scene.node_index)].host_name},
          {"WHO",
           scene.process == nullptr
               ? "preparation on " + scene.nodes[static_cast<size_t>(scene.node_index)].host_name
               : scene.process->role + "/" + std::to_string(scene.process->index)}};
    };
  }
  std::string below(const std::string& path) const { return (folder.path() / path).string(); }

  domain::Run run;
  domain::Cluster cluster;
  std::vector<domain::Node> nodes;
  std::vector<int> gpus;
  bool setup_wanted = false;
};

TEST_F(Composer, EveryNodeIsToldOfItsOwnGpus) {
  gpus = {0, 2, 5, 6};
  const auto made = orders();
  EXPECT_THAT(made[0].gpus, ElementsAre(0, 2));
  EXPECT_THAT(made[1].gpus, ElementsAre(5, 6));
  gpus = {};
  EXPECT_TRUE(orders()[1].gpus.empty());
}

TEST_F(Composer, AShellOfTheDialectsReadsItsCommandsAndTheNodeReadsTheOthers) {
  EXPECT_EQ(orders()[0].processes[0].argv[2], "for i in 1; do echo $$i $$ROOT; done");
  run.spec->dialect = "";
  run.spec->command = {"echo $ROOT"};
  EXPECT_THAT(orders()[0].processes[0].argv, ElementsAre("/bin/sh", "-c", "echo $$ROOT"));
  run.spec->command = {"echo", "$ROOT"};
  run.spec->arguments = {"$DATA"};
  EXPECT_THAT(orders()[0].processes[0].argv, ElementsAre("echo", "$ROOT", "$DATA"));
  run.spec->dialect = "unheard of";
  EXPECT_EQ(compose().error().code, base::ErrorCode::NotImplemented);
}

TEST_F(Composer, ValuesOfUsersReferToOthersWhereTheirDialectSaysSo) {
  run.spec->environment.variables = {{"MINE", "$ROOT/x$NOTHING"}, {"OTHER", "$MINE"}};
  run.spec->sealed_secrets = {{"PASSWORD", keyring->encrypt(security::Secret("a$ROOT"))}};
  auto found = orders()[0].processes[0].variables;
  EXPECT_EQ(found["MINE"], "/root/x");
  EXPECT_EQ(found["OTHER"], "/root/x");
  EXPECT_EQ(found["PASSWORD"], "a$ROOT") << "a secret is what it is";
  run.spec->dialect = "";
  EXPECT_EQ(orders()[0].processes[0].variables["MINE"], "$ROOT/x$NOTHING");
  run.spec->sealed_secrets = {{"PASSWORD", "not sealed"}};
  EXPECT_TRUE(compose().has_error());
}

TEST_F(Composer, AHeadHasOneProcessAndTheOtherNodesStayForIt) {
  run.spec->layout = domain::HeadLayout{};
  run.spec->preparation = {"/bin/bash", "-c", "echo $$"};
  run.spec->logs.preparation = "stdouterr/stdout-job_prep-{node}.txt";
  const auto made = orders();
  EXPECT_THAT(made[0].processes, ::testing::SizeIs(1));
  EXPECT_FALSE(made[0].stays);
  EXPECT_TRUE(made[1].processes.empty());
  EXPECT_TRUE(made[1].stays);
  EXPECT_EQ(made[0].processes[0].error_log_name, "stdouterr/stderr.txt");
  for (size_t i = 0; i < 2; ++i) {
    const std::string host = "nc6-" + std::to_string(i);
    EXPECT_EQ(made[i].preparation.argv.back(), "echo $$$$");
    EXPECT_TRUE(made[i].preparation.as_root);
    EXPECT_EQ(made[i].preparation.log_name, "stdouterr/stdout-job_prep-" + host + ".txt");
    EXPECT_EQ(made[i].preparation.variables.at("WHO"), "preparation on " + host);
  }
}

TEST_F(Composer, AHeadFindsTheDoorsOfAllNodesAndTheirHostFile) {
  run.spec->layout = domain::HeadLayout{};
  cluster.vm_size = "STANDARD_NC12";
  auto made = orders();
  const auto doors = run_doors(context, workspace.id, run.id).string();
  const std::string attempt = below("runs/" + workspace.id.text() + "/run1/attempts/2/");
  const std::string host_file = below("runs/" + workspace.id.text() + "/run1/hostfile");
  for (size_t i = 0; i < 2; ++i) {
    const engine::DoorOrder& door = made[i].door;
    EXPECT_EQ(door.directory, doors);
    EXPECT_THAT(door.names, ElementsAre(nodes[i].host_name, nodes[i].address));
    EXPECT_EQ(door.secret, made[0].door.secret);
    EXPECT_THAT(door.secret, Not(HasSubstr("t0k3n")));
    EXPECT_EQ(door.process.variables.at("WHERE"), nodes[i].host_name);
    EXPECT_EQ(door.process.variables.at("WHO"), made[0].processes[0].variables.at("WHO"));
    EXPECT_EQ(door.process.directory, run_work(context, workspace.id, run.id).string());
    EXPECT_THAT(made[i].scratch,
                ::testing::Contains(engine::ScratchOrder{attempt + "doors", doors, false}));
    EXPECT_EQ(made[i].files.at(host_file), "nc6-0 slots=2\nnc6-1 slots=2\n");
  }
  EXPECT_EQ(orders()[0].door, made[0].door) << "a restarted server says the same";
  nodes.pop_back();
  made = orders();
  EXPECT_EQ(made[0].door, engine::DoorOrder()) << "nothing to reach";
  EXPECT_EQ(made[0].files.at(host_file), "localhost slots=2\n");
  cluster.vm_size = "STANDARD_D2_V2";
  EXPECT_EQ(orders()[0].files.at(host_file), "localhost slots=1\n");
}

TEST_F(Composer, WhatStartsAScriptOnAllNodesStandsBeforeItsInterpreter) {
  run.spec->layout = domain::HeadLayout{};
  run.spec->dialect = "";
  run.spec->command = {"mpirun", "-n", "2"};
  run.spec->script = "train.py";
  run.spec->arguments = {"--fast"};
  run.spec->environment.user_managed = true;
  run.spec->environment.interpreter = "/opt/python";
  const auto made = orders();
  EXPECT_THAT(made[0].processes[0].argv,
              ElementsAre("mpirun", "-n", "2", "/opt/python", "train.py", "--fast"));
  EXPECT_EQ(made[0].processes[0].variables.at("OMPI_MCA_rmaps_base_oversubscribe"), "1");
  EXPECT_EQ(made[1].scratch.size(), 1U) << "of the doors";
  EXPECT_EQ(made[1].files.size(), 1U);
  EXPECT_EQ(made[1].door.process.directory, "") << "in the project";
  run.spec->environment.variables = {{"OMPI_MCA_rmaps_base_oversubscribe", "0"}};
  EXPECT_EQ(orders()[1].door.process.variables.at("OMPI_MCA_rmaps_base_oversubscribe"), "0");
}

TEST_F(Composer, RolesHaveCommandsOfTheirOwn) {
  run.spec->layout = domain::ParameterServerLayout{2, 1};
  run.spec->role_commands = {{"worker", -1, {"work"}}, {"worker", 0, {"master"}}};
  std::map<std::string, std::string> said;
  for (const auto& order : orders()) {
    for (const auto& process : order.processes) {
      said[process.variables.at("WHO")] = process.argv.front();
      EXPECT_EQ(process.log_name,
                "stdouterr/stdout-" + process.role + "-" + std::to_string(process.index) + ".txt");
    }
  }
  EXPECT_EQ(said, (std::map<std::string, std::string>{
                      {"ps/0", "/bin/bash"}, {"worker/0", "master"}, {"worker/1", "work"}}));
}

TEST_F(Composer, RanksKnowTheirPlaceAndWhereTheFirstListens) {
  run.spec->dialect = "";
  run.spec->layout = domain::RankLayout{4};
  const auto made = orders();
  const auto shared = run_shared(context, workspace.id, run.id);
  for (size_t node = 0; node < 2; ++node) {
    EXPECT_THAT(made[node].scratch,
                ElementsAre(::testing::Field(&engine::ScratchOrder::path, shared)));
    ASSERT_EQ(made[node].processes.size(), 2U);
    for (size_t local = 0; local < 2; ++local) {
      const auto& variables = made[node].processes[local].variables;
      EXPECT_EQ(variables.at("MASTER_ADDR"), "127.77.0.4");
      EXPECT_EQ(variables.at("RANK"), std::to_string(2 * local + node));
      EXPECT_EQ(variables.at("WORLD_SIZE"), "4");
      EXPECT_EQ(variables.at("LOCAL_RANK"), std::to_string(local));
      EXPECT_EQ(variables.at("LOCAL_WORLD_SIZE"), "2");
      EXPECT_EQ(variables.at("NODE_RANK"), std::to_string(node));
    }
  }
}

TEST_F(Composer, ScratchIsTheAttemptsAndWhereItStarts) {
  const auto made = orders();
  const auto place = [&](size_t node, const std::filesystem::path& path) {
    for (const auto& scratch : made[node].scratch) {
      if (scratch.path == path.string()) return scratch.place;
    }
    return std::string("nowhere");
  };
  const auto work = run_work(context, workspace.id, run.id);
  const auto temporary = run_temporary(context, workspace.id, run.id);
  const auto shared = run_shared(context, workspace.id, run.id);
  EXPECT_EQ(made[0].processes[0].directory, work);
  EXPECT_NE(place(0, work), place(1, work));
  EXPECT_NE(place(0, temporary), place(1, temporary));
  EXPECT_EQ(place(0, shared), place(1, shared));
  EXPECT_THAT(place(0, shared), HasSubstr("attempts/2/"));
  run.spec->dialect = "";
  EXPECT_TRUE(orders()[0].scratch.empty());
  EXPECT_EQ(orders()[0].processes[0].directory, "");
}

TEST_F(Composer, FoldersAreMadeAndVolumesOfClusterAndRunAreMounted) {
  const std::string& account = workspace.storage_account;
  const std::string shares = objects::share_account(account);
  ASSERT_TRUE(objects->create_container({shares, "afs"}, {}).has_value());
  const std::string key = keyring->encrypt(storage_account_key(context, account).value());
  run.spec->volumes = {{domain::VolumeKind::Share, "afs", account, "afs", key, ""}};
  run.spec->folders = {{"stdouterr", {shares, "afs", "logs/segment/stdouterr"}}};
  cluster.setup.emplace();
  cluster.setup->volumes = {{domain::VolumeKind::Share, "common", account, "afs", key, ""}};
  const auto made = orders();
  for (const auto& order : made) {
    std::vector<std::string> targets;
    for (const auto& mount : order.mounts) targets.push_back(mount.target);
    EXPECT_THAT(targets, ::testing::UnorderedElementsAre(
                             (cluster_mounts(context, cluster.id) / "common").string(),
                             (run_mounts(context, workspace.id, run.id) / "afs").string()));
    EXPECT_TRUE(std::filesystem::is_directory(order.folders.at("stdouterr")));
  }
  run.spec->volumes[0].sealed_key = keyring->encrypt(security::Secret("wrong"));
  run.spec->folders[0].place.path = "never";
  EXPECT_EQ(compose().error().reason, engine::kMountFailed);
  EXPECT_FALSE(objects->local_path({shares, "afs"}, "never", objects::Make::No).has_value())
      << "nothing is made in an account that the client has no key of";
}

TEST_F(Composer, ASetupIsAnAttemptOfNoRun) {
  setup_wanted = true;
  const std::string& account = workspace.storage_account;
  ASSERT_TRUE(objects->create_container({account, "box"}, {}).has_value());
  cluster.setup.emplace();
  cluster.setup->command = {"/bin/bash", "-c", "echo $GREETING $SECRET"};
  cluster.setup->variables = {{"GREETING", "hello from $NODE_ROOT"}};
  cluster.setup->sealed_secrets = {{"SECRET", keyring->encrypt(security::Secret("$x"))}};
  cluster.setup->output_name = "stdout-{node}.txt";
  const auto kept = orders()[0];
  ASSERT_EQ(kept.processes.size(), 1U);
  EXPECT_EQ(kept.slot, 4);
  EXPECT_EQ(kept.processes[0].argv.back(), "echo $$GREETING $$SECRET");
  EXPECT_EQ(kept.processes[0].variables.at("GREETING"), "hello from /root/tvm-1");
  EXPECT_EQ(kept.processes[0].variables.at("SECRET"), "$x");
  EXPECT_TRUE(kept.processes[0].as_root);
  EXPECT_EQ(kept.processes[0].log_name, "stdout-tvm-1.txt");
  EXPECT_EQ(kept.artifacts, below("clusters/nc6/nodes/tvm-1"));
  cluster.setup->logs = domain::FilePlace{account, "box", "prefix/logs"};
  const auto elsewhere = orders()[0];
  EXPECT_EQ(elsewhere.processes[0].log_name, "setup/stdout-tvm-1.txt");
  EXPECT_TRUE(std::filesystem::is_directory(elsewhere.folders.at("setup")));
}

TEST_F(Composer, RunsFindTheHomeThatASetupHasFilled) {
  EXPECT_EQ(orders()[0].processes[0].variables.count("HOME"), 0U);
  cluster.setup.emplace();
  cluster.setup->command = {"true"};
  const auto made = orders();
  const std::string home = cluster_home(context, cluster.id).string();
  EXPECT_EQ(made[0].processes[0].variables.at("HOME"), home);
  EXPECT_EQ(made[1].scratch.back(),
            (engine::ScratchOrder{below("clusters/nc6/nodes/tvm-1/home"), home, false}));
  EXPECT_EQ(made[0].processes[0].variables.at("PYTHONUSERBASE"), home + "/.local");
  setup_wanted = true;
  const auto setup = orders()[0];
  EXPECT_EQ(setup.scratch, std::vector{made[1].scratch.back()});
  EXPECT_EQ(setup.processes[0].variables.at("HOME"), home);
  EXPECT_THAT(setup.processes[0].variables.at("PATH"),
              ::testing::StartsWith(home + "/.local/bin:"));
}

TEST_F(Composer, PackagesOfAPreparationAreTheJobsAlone) {
  const auto found = orders()[0].processes[0].variables;
  const std::string base = (run_temporary(context, workspace.id, run.id) / ".local").string();
  EXPECT_EQ(found.at("PYTHONUSERBASE"), base);
  EXPECT_THAT(found.at("PYTHONPATH"), ::testing::StartsWith(base + "/lib/python"));
  run.spec->dialect = "";
  EXPECT_EQ(orders()[0].processes[0].variables.count("PYTHONUSERBASE"), 0U);
}

}  // namespace
}  // namespace homeport::service
