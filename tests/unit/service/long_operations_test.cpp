#include "service/long_operations.hpp"

#include <filesystem>
#include <fstream>
#include <thread>

#include "service/experiments.hpp"
#include "service/run_files.hpp"
#include "service/run_places.hpp"
#include "service_fixture.hpp"

namespace homeport::service {
namespace {

using base::ErrorCode;
using domain::OperationState;
using domain::RunState;

/// What is ended and removed while clients wait. The control loop is played by the tests.
class LongOperation : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    ASSERT_TRUE(create_cluster(context, workspace, cluster_draft(0, 2)).has_value());
  }
  domain::RunId submit(const std::string& name, const std::string& experiment = "exp") {
    RunDraft draft = run_draft("");
    draft.id = {};
    draft.name = name;
    draft.experiment_name = experiment;
    return submit_run(context, workspace, draft, std::nullopt).value().id;
  }
  void advance(const domain::RunId& id, domain::RunEvent event) {
    const auto done = ledger.write([&](ledger::Transaction& tx) -> base::Result<void> {
      HP_TRY(auto run, tx.runs().find(workspace.id, id));
      HP_TRYV(tx.runs().advance(std::move(*run), event));
      return base::success();
    });
    ASSERT_TRUE(done) << done.error().message;
  }
  /// A run that runs, with its attempt.
  domain::RunId live(const std::string& name) {
    const domain::RunId id = submit(name);
    advance(id, domain::RunEvent::Claimed);
    set_attempt(id, domain::AttemptState::Running);
    advance(id, domain::RunEvent::Started);
    return id;
  }
  void set_attempt(const domain::RunId& id, domain::AttemptState state) {
    domain::Attempt attempt;
    attempt.run_id = id;
    attempt.workspace_id = workspace.id;
    attempt.token = "token";
    attempt.state = state;
    const auto done = ledger.write([&](ledger::Transaction& tx) -> base::Result<void> {
      HP_TRY(const auto known, tx.attempts().find_latest(workspace.id, id));
      return known ? tx.attempts().update(attempt) : tx.attempts().insert(attempt);
    });
    ASSERT_TRUE(done) << done.error().message;
  }
  void end(const domain::RunId& id) {
    set_attempt(id, domain::AttemptState::Ended);
    advance(id, domain::RunEvent::Canceled);
  }
  /// A file among the run's artifacts, one in its run directory, and one on a share.
  void write_files(const domain::RunId& id) {
    std::ofstream(artifact_directory(context, workspace, id).value() / "log.txt") << "words";
    const auto directory = run_directory(context, workspace.id, id);
    std::filesystem::create_directories(directory / "work");
    std::ofstream(directory / "work" / "file") << "scratch";
  }
  bool has_files(const domain::RunId& id) {
    domain::Run run;
    run.id = id;
    run.workspace_id = workspace.id;
    return !list_artifacts(context, workspace, run, "").value().empty() ||
           std::filesystem::exists(run_directory(context, workspace.id, id));
  }
  bool is_there(const domain::RunId& id) { return get_run(context, workspace.id, id).has_value(); }
  domain::Operation state_of(const domain::Operation& operation) {
    return get_operation(context, operation.id).value();
  }

  LongOperations operations{context};
};

TEST_F(LongOperation, ATerminationEndsWithItsRun) {
  const auto run = live("job");
  const auto asked = terminate_run(context, workspace.id, run, "the job").value();
  EXPECT_EQ(asked.run.state, RunState::CancelRequested);
  EXPECT_EQ(control.cancelled, std::vector<std::string>{"job"});
  EXPECT_EQ(operations.step().value(), true);
  EXPECT_EQ(state_of(*asked.operation).state, OperationState::InProgress);
  end(run);
  EXPECT_EQ(operations.step().value(), false);
  const auto done = state_of(*asked.operation);
  EXPECT_EQ(done.state, OperationState::Succeeded);
  EXPECT_EQ(done.resource, "the job");
  EXPECT_TRUE(done.ended_at);
  EXPECT_FALSE(terminate_run(context, workspace.id, run, "").value().operation)
      << "an ended run needs none";
}

TEST_F(LongOperation, AWaitingRunIsTerminatedAtOnce) {
  const auto run = submit("job");
  const auto asked = terminate_run(context, workspace.id, run, "").value();
  EXPECT_EQ(asked.run.state, RunState::Canceled);
  operations.step().value();
  EXPECT_EQ(state_of(*asked.operation).state, OperationState::Succeeded);
}

TEST_F(LongOperation, ALiveRunIsStoppedBeforeItIsRemovedWithItsFiles) {
  const auto run = live("job");
  const auto other = submit("other");
  write_files(run);
  write_files(other);
  const auto asked = service::delete_run(context, workspace.id, run, "the job").value();
  EXPECT_EQ(asked.run.deletion, asked.operation->id);
  EXPECT_EQ(operations.step().value(), true);
  EXPECT_TRUE(is_there(run));
  EXPECT_TRUE(has_files(run)) << "it may still write";
  end(run);
  operations.step().value();
  EXPECT_FALSE(is_there(run));
  EXPECT_FALSE(has_files(run));
  EXPECT_TRUE(is_there(other));
  EXPECT_TRUE(has_files(other));
  EXPECT_EQ(state_of(*asked.operation).state, OperationState::Succeeded);
  EXPECT_EQ(submit("job"), run) << "its name and id are free again";
}

TEST_F(LongOperation, WhileItLastsASecondDeletionIsTheSameAndItsNameIsTaken) {
  const auto run = live("job");
  const auto first = service::delete_run(context, workspace.id, run, "").value();
  const auto second = service::delete_run(context, workspace.id, run, "").value();
  EXPECT_EQ(first.operation->id, second.operation->id);
  RunDraft draft = run_draft("");
  draft.id = {};
  draft.name = "job";
  const auto refused = submit_run(context, workspace, draft, std::nullopt);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "RunDeleting");
}

TEST_F(LongOperation, TheNextServerCarriesOnWhereFilesWereRemovedAndRowsWereNot) {
  const auto run = submit("job");
  write_files(run);
  const auto asked = service::delete_run(context, workspace.id, run, "").value();
  std::filesystem::remove_all(run_directory(context, workspace.id, run));
  LongOperations next(context);
  next.step().value();
  EXPECT_FALSE(is_there(run));
  EXPECT_EQ(state_of(*asked.operation).state, OperationState::Succeeded);
}

TEST_F(LongOperation, FilesThatCannotBeRemovedFailItAndItCanBeTriedAgain) {
  const auto run = submit("job");
  const auto runs = context.data_directory / "runs";
  std::filesystem::create_symlink(runs, runs);  // Leads nowhere for ever.
  const auto asked = service::delete_run(context, workspace.id, run, "").value();
  operations.step().value();
  const auto failed = state_of(*asked.operation);
  EXPECT_EQ(failed.state, OperationState::Failed);
  EXPECT_FALSE(failed.error_message.empty());
  EXPECT_TRUE(get_run(context, workspace.id, run).value().deletion.empty());
  std::filesystem::remove(runs);
  const auto again = service::delete_run(context, workspace.id, run, "").value();
  operations.step().value();
  EXPECT_EQ(state_of(*again.operation).state, OperationState::Succeeded);
  EXPECT_FALSE(is_there(run));
}

TEST_F(LongOperation, ARunThatNeverHadAFileGoesAsWell) {
  const domain::RunId longest(std::string(256, 'x'));  // No folder can have this name.
  ASSERT_TRUE(create_or_modify_run(context, workspace, "exp", longest, {}));
  ASSERT_TRUE(objects->remove_container({workspace.storage_account, kRunContainer}, {}));
  const auto asked = service::delete_run(context, workspace.id, longest, "").value();
  operations.step().value();
  EXPECT_EQ(state_of(*asked.operation).state, OperationState::Succeeded);
}

TEST_F(LongOperation, AnExperimentEndsItsRunsAndRemovesThemAndItself) {
  const auto running = live("live");
  const auto waiting = submit("waiting");
  const auto elsewhere = submit("elsewhere", "another");
  ASSERT_TRUE(create_or_modify_run(context, workspace, "exp", domain::RunId("own"), {}));
  write_files(waiting);
  const auto operation = delete_experiment(context, workspace.id, "EXP", "the experiment").value();
  EXPECT_EQ(ensure_experiment(context, workspace.id, "exp").error().reason, "ExperimentDeleting");
  EXPECT_EQ(submit_run(context, workspace, run_draft("new"), std::nullopt).error().reason,
            "ExperimentDeleting");
  EXPECT_EQ(operations.step().value(), true);
  EXPECT_FALSE(is_there(waiting));
  EXPECT_FALSE(has_files(waiting));
  EXPECT_FALSE(is_there(domain::RunId("own")));
  EXPECT_EQ(get_run(context, workspace.id, running).value().state, RunState::CancelRequested);
  end(running);
  EXPECT_EQ(operations.step().value(), false);
  EXPECT_FALSE(is_there(running));
  EXPECT_TRUE(is_there(elsewhere));
  EXPECT_EQ(get_experiment(context, workspace.id, "exp").error().reason, "ExperimentNotFound");
  EXPECT_EQ(state_of(operation).state, OperationState::Succeeded);
  EXPECT_TRUE(ensure_experiment(context, workspace.id, "exp")) << "it can be made anew";
}

TEST_F(LongOperation, AnExperimentOfManyRunsGoesWhole) {
  for (int i = 0; i < 230; ++i) submit("job" + std::to_string(i));
  delete_experiment(context, workspace.id, "exp", "").value();
  EXPECT_EQ(operations.step().value(), false);
  EXPECT_EQ(get_experiment(context, workspace.id, "exp").error().code, ErrorCode::NotFound);
  ledger::RunQuery query;
  query.workspace_id = workspace.id;
  EXPECT_EQ(query_runs(context, query).value().runs.size(), 0U);
}

TEST_F(LongOperation, AWorkspaceGoesAfterItsClustersAndRunsAndItsFilesStay) {
  const auto run = live("job");
  write_files(run);
  const auto artifacts = artifact_directory(context, workspace, run).value();
  const auto operation =
      delete_workspace_and_contents(context, workspace.key, "the workspace").value();
  EXPECT_EQ(get_workspace(context, workspace.key).value().deletion, operation.id);
  EXPECT_EQ(create_cluster(context, workspace, cluster_draft()).error().reason,
            "WorkspaceDeleting");
  EXPECT_EQ(ensure_experiment(context, workspace.id, "new").error().reason, "WorkspaceDeleting");
  EXPECT_EQ(operations.step().value(), true);
  const auto cluster = get_cluster(context, workspace, "nc6").value().cluster;
  EXPECT_EQ(cluster.state, domain::ClusterState::Deleting);
  EXPECT_EQ(control.clusters.back(), cluster.id.text());
  end(run);
  EXPECT_EQ(operations.step().value(), true) << "the cluster is still there";
  ASSERT_TRUE(
      ledger.write([&](ledger::Transaction& tx) { return tx.clusters().remove(cluster.id); }));
  EXPECT_EQ(operations.step().value(), false);
  EXPECT_EQ(get_workspace(context, workspace.key).error().reason, "WorkspaceNotFound");
  EXPECT_EQ(state_of(operation).state, OperationState::Succeeded) << "it outlives its workspace";
  EXPECT_FALSE(std::filesystem::exists(run_directory(context, workspace.id, run)));
  EXPECT_TRUE(std::filesystem::exists(artifacts / "log.txt"));
}

TEST_F(LongOperation, AnOrdinaryDeletionRefusesAWorkspaceInUse) {
  EXPECT_EQ(service::delete_workspace(context, workspace.key).error().reason, "WorkspaceInUse");
  submit("job");
  const auto cluster = get_cluster(context, workspace, "nc6").value().cluster;
  ASSERT_TRUE(
      ledger.write([&](ledger::Transaction& tx) { return tx.clusters().remove(cluster.id); }));
  EXPECT_EQ(service::delete_workspace(context, workspace.key).error().reason, "WorkspaceInUse");
}

TEST_F(LongOperation, TheThreadHearsOfWhatBeganAndWhatEnded) {
  std::thread thread([&] { EXPECT_TRUE(operations.run()); });
  const auto run = live("job");
  const auto asked = service::delete_run(context, workspace.id, run, "").value();
  operations.wake();
  end(run);
  operations.something_ended();
  for (int i = 0; i < 1000 && is_there(run); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_FALSE(is_there(run));
  operations.stop();
  thread.join();
}

TEST_F(LongOperation, OldOnesAreForgotten) {
  const auto asked = terminate_run(context, workspace.id, submit("job"), "").value();
  operations.step().value();
  ASSERT_TRUE(forget_old_operations(context));
  EXPECT_TRUE(get_operation(context, asked.operation->id));
  clock.advance(kOperationsKept + std::chrono::hours(1));
  ASSERT_TRUE(forget_old_operations(context));
  EXPECT_EQ(get_operation(context, asked.operation->id).error().reason, "OperationNotFound");
}

}  // namespace
}  // namespace homeport::service
