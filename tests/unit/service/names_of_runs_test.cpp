#include "service/experiments.hpp"
#include "service_fixture.hpp"

namespace homeport::service {
namespace {

using base::ErrorCode;
using domain::RunState;

/// Runs that their client knows by a name of its own.
class NamedRuns : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    ASSERT_TRUE(create_cluster(context, workspace, cluster_draft(0, 2)).has_value());
  }
  RunDraft job(const std::string& name, const std::string& experiment = "exp") const {
    RunDraft draft = run_draft("");
    draft.id = {};
    draft.name = name;
    draft.experiment_name = experiment;
    draft.definition = "the definition";
    return draft;
  }
  base::Result<domain::Run> submit(const RunDraft& draft) {
    return submit_run(context, workspace, draft, std::nullopt);
  }
};

TEST_F(NamedRuns, HaveTheirNameAsTheirIdWhereItIsFree) {
  const auto made = submit(job("Job_1"));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made.value().id.text(), "Job_1");
  EXPECT_EQ(made.value().name, "Job_1");
  const auto elsewhere = submit(job("Job_1", "another"));
  ASSERT_TRUE(elsewhere) << elsewhere.error().message;
  EXPECT_EQ(elsewhere.value().id.text().rfind("Job_1_", 0), 0U) << elsewhere.value().id.text();
  EXPECT_EQ(elsewhere.value().name, "Job_1");
}

TEST_F(NamedRuns, ThatBeginLikeNoIdGetOneAllTheSame) {
  EXPECT_EQ(submit(job("-job")).value().id.text(), "run-job");
  EXPECT_EQ(submit(job("_job")).value().id.text(), "run_job");
}

TEST_F(NamedRuns, AreTheSameRunWhenARetryComesAfterALostAnswer) {
  const auto first = submit(job("job"));
  const auto again = submit(job("JOB"));
  ASSERT_TRUE(again);
  EXPECT_EQ(again.value(), first.value());
  EXPECT_EQ(control.submitted.size(), 2U) << "the loop may not have heard of it either";
}

TEST_F(NamedRuns, WithAnotherDefinitionAreAConflict) {
  ASSERT_TRUE(submit(job("job")));
  RunDraft other = job("job");
  other.definition = "another";
  const auto refused = submit(other);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
  EXPECT_EQ(refused.error().reason, "RunExists");
}

TEST_F(NamedRuns, AreFoundByNameWithoutCaseInTheirExperimentOnly) {
  const auto made = submit(job("Job"));
  ASSERT_TRUE(submit(run_draft("by-id")));
  EXPECT_EQ(find_run(context, workspace.id, "exp", "jOB").value().id, made.value().id);
  EXPECT_EQ(find_run(context, workspace.id, "exp", "by-id").value().id.text(), "by-id");
  ASSERT_TRUE(ensure_experiment(context, workspace.id, "another"));
  EXPECT_EQ(find_run(context, workspace.id, "another", "Job").error().reason, "RunNotFound");
  EXPECT_EQ(find_run(context, workspace.id, "another", "by-id").error().reason, "RunNotFound");
  EXPECT_EQ(find_run(context, workspace.id, "none", "Job").error().reason, "ExperimentNotFound");
}

TEST_F(NamedRuns, HaveNamesThatBothDialectsCanSay) {
  for (const char* bad : {"with space", "dot.", "sl/ash", "\xc3\xa9"}) {
    const auto refused = submit(job(bad));
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().target, "name");
  }
  EXPECT_FALSE(submit(job(std::string(65, 'x'))));
  EXPECT_TRUE(submit(job(std::string(64, 'x'))));
}

TEST_F(NamedRuns, LargerThanTheirClusterAreRefusedOrWaitAsTheirDraftSays) {
  RunDraft large = job("job");
  large.spec.node_count = 16;
  EXPECT_EQ(submit(large).error().target, "nodeCount");
  large.too_large = TooLarge::Waits;
  large.spec.node_count = 17;
  EXPECT_EQ(submit(large).error().target, "nodeCount") << "the machine itself is too small";
  large.spec.node_count = 16;
  const auto waiting = submit(large);
  ASSERT_TRUE(waiting);
  EXPECT_EQ(waiting.value().state, RunState::Queued);
}

TEST_F(NamedRuns, MayGoToAClusterOfAnotherWorkspace) {
  const auto other =
      create_workspace(context, {{"sub", "group", "other"}, "local", "", "", {}}).value();
  const auto id = get_cluster(context, workspace, "nc6").value().cluster.id;
  RunDraft draft = job("job");
  EXPECT_EQ(submit_run(context, other, draft, std::nullopt).error().reason,
            "ComputeTargetNotFound");
  draft.spec.cluster_id = id;
  const auto made = submit_run(context, other, draft, std::nullopt);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made.value().spec->cluster_id, id);
  EXPECT_EQ(made.value().workspace_id, other.id);
}

TEST_F(NamedRuns, OfADeletedClusterAreRefusedByItsName) {
  ASSERT_TRUE(delete_cluster(context, workspace, "nc6"));
  const auto refused = submit(job("job"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::NotFound);
  EXPECT_NE(refused.error().message.find("'nc6'"), std::string::npos);
}

TEST_F(NamedRuns, OfRolesNeedNoCommandOfTheirOwn) {
  RunDraft draft = job("job");
  draft.spec.script.clear();
  EXPECT_FALSE(submit(draft));
  draft.spec.role_commands = {{"worker", -1, {"/bin/true"}}};
  EXPECT_TRUE(submit(draft));
}

TEST_F(NamedRuns, HaveAsManyProcessesAsMakeSense) {
  RunDraft draft = job("ranks");
  for (const int wrong : {-1, 0, 129, 2'000'000'000}) {
    draft.spec.layout = domain::RankLayout{wrong};
    EXPECT_EQ(submit(draft).error().target, "processCount") << wrong;
  }
  draft.spec.layout = domain::ParameterServerLayout{2'000'000'000, 1};
  EXPECT_EQ(submit(draft).error().target, "workerCount");
  draft.spec.layout = domain::ParameterServerLayout{1, 2'000'000'000};
  EXPECT_EQ(submit(draft).error().target, "parameterServerCount");
  draft.spec.layout = domain::RankLayout{128};
  EXPECT_TRUE(submit(draft));
}

}  // namespace
}  // namespace homeport::service
