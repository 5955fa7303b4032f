#include "service_fixture.hpp"

namespace homeport::service {
namespace {

using base::ErrorCode;
using domain::RunState;

class Runs : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    ASSERT_TRUE(create_cluster(context, workspace, cluster_draft(0, 2)).has_value());
  }

  base::Result<domain::Run> submit(const RunDraft& draft) {
    return submit_run(context, workspace, draft, std::nullopt);
  }
};

TEST_F(Runs, AreQueuedAndNumberedInTheirExperiment) {
  const auto first = submit(run_draft("r1"));
  const auto second = submit(run_draft("r2"));
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_EQ(first.value().state, RunState::Queued);
  EXPECT_EQ(first.value().number, 1);
  EXPECT_EQ(second.value().number, 2);
  EXPECT_LT(first.value().queue_order, second.value().queue_order);
  EXPECT_EQ(control.submitted, (std::vector<std::string>{"r1", "r2"}));
}

TEST_F(Runs, TheSameIdTwiceIsOneRun) {
  ASSERT_TRUE(submit(run_draft("r1")).has_value());
  RunDraft again = run_draft("r1");
  again.spec.script = "other.py";
  const auto second = submit(again);
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second.value().spec->script, "train.py");
  EXPECT_EQ(second.value().number, 1);
}

TEST_F(Runs, AreToldWhereTheMachineHasTooFewGpusForAllTheirNodes) {
  struct Row {
    int gpus, nodes;
    size_t warnings;
  };
  for (const Row& row : std::vector<Row>{{1, 2, 1}, {1, 1, 0}, {2, 2, 0}, {0, 2, 0}}) {
    context.gpus = row.gpus;
    const auto run = submit(run_draft("r" + std::to_string(row.gpus * 10 + row.nodes), row.nodes));
    ASSERT_TRUE(run.has_value());
    EXPECT_EQ(run.value().warnings.size(), row.warnings) << row.gpus << " for " << row.nodes;
  }
}

TEST_F(Runs, GetAnIdWhereTheClientGivesNone) {
  const auto run = submit(run_draft(""));
  ASSERT_TRUE(run.has_value());
  EXPECT_TRUE(run.value().id.text().starts_with("exp_1700000000_")) << run.value().id.text();
}

TEST_F(Runs, RefuseWhatCanNeverRun) {
  struct Row {
    const char* what;
    std::function<void(RunDraft&)> change;
    ErrorCode code;
    const char* target;
  };
  const Row rows[] = {
      {"more nodes than the cluster has", [](RunDraft& d) { d.spec.node_count = 3; },
       ErrorCode::InvalidArgument, "nodeCount"},
      {"no node", [](RunDraft& d) { d.spec.node_count = 0; }, ErrorCode::InvalidArgument,
       "nodeCount"},
      {"an unknown target", [](RunDraft& d) { d.spec.target = "nowhere"; }, ErrorCode::NotFound,
       ""},
      {"nothing to run", [](RunDraft& d) { d.spec.script = ""; }, ErrorCode::InvalidArgument,
       "script"},
      {"no worker",
       [](RunDraft& d) {
         d.spec.layout = domain::ParameterServerLayout{0, 1};
       },
       ErrorCode::InvalidArgument, "workerCount"},
      {"an unknown datastore",
       [](RunDraft& d) {
         domain::DataReference reference;
         reference.name = "x";
         reference.datastore = "none";
         d.spec.data = {reference};
       },
       ErrorCode::InvalidArgument, "dataReferences.x"},
      {"a path that leaves the datastore",
       [](RunDraft& d) {
         domain::DataReference reference;
         reference.name = "x";
         reference.datastore = kBlobDatastore;
         reference.path_on_datastore = "a/../../b";
         d.spec.data = {reference};
       },
       ErrorCode::InvalidArgument, "dataReferences.x"},
      {"a bad id", [](RunDraft& d) { d.id = domain::RunId("a/b"); }, ErrorCode::InvalidArgument,
       "runId"}};
  for (const Row& row : rows) {
    RunDraft draft = run_draft("bad");
    row.change(draft);
    const auto run = submit(draft);
    ASSERT_TRUE(run.has_error()) << row.what;
    EXPECT_EQ(run.error().code, row.code) << row.what;
    EXPECT_EQ(run.error().target, row.target) << row.what;
  }
  EXPECT_TRUE(control.submitted.empty());
}

TEST_F(Runs, AWaitingOneIsCanceledAtOnce) {
  ASSERT_TRUE(submit(run_draft("r1")).has_value());
  const auto run = cancel_run(context, workspace.id, domain::RunId("r1"));
  ASSERT_TRUE(run.has_value());
  EXPECT_EQ(run.value().state, RunState::Canceled);
  EXPECT_TRUE(run.value().ended_at.has_value());
  EXPECT_EQ(control.cancelled, std::vector<std::string>{"r1"});
  EXPECT_EQ(cancel_run(context, workspace.id, domain::RunId("r1")).value().state,
            RunState::Canceled)
      << "asking twice does no harm";
}

TEST_F(Runs, PropertiesAreAddOnlyAndTagsAreNot) {
  const domain::RunId id("r1");
  RunChange first;
  first.properties = {{"model", "a"}};
  first.tags = {{"phase", "one"}};
  ASSERT_TRUE(create_or_modify_run(context, workspace, "exp", id, first).has_value());
  RunChange second;
  second.tags = {{"phase", "two"}};
  EXPECT_EQ(modify_run(context, workspace.id, id, second).value().tags.at("phase"), "two");
  RunChange third;
  third.properties = {{"model", "b"}};
  EXPECT_EQ(modify_run(context, workspace.id, id, third).error().code, ErrorCode::Conflict);
  EXPECT_EQ(get_run(context, workspace.id, id).value().properties.at("model"), "a");
}

TEST_F(Runs, ThoseThatTheirClientDrivesFollowItsEvents) {
  const domain::RunId id("interactive");
  ASSERT_TRUE(create_or_modify_run(context, workspace, "exp", id, {}).has_value());
  const auto say = [&](ClientEvent event) {
    return record_client_event(context, workspace.id, id, event, clock.wall()).value().state;
  };
  EXPECT_EQ(say(ClientEvent::Start), RunState::Running);
  EXPECT_EQ(say(ClientEvent::Completed), RunState::Completed);
  EXPECT_EQ(say(ClientEvent::Failed), RunState::Completed) << "an end is an end";
}

TEST_F(Runs, ASubmittedOneIsNotEndedByItsScript) {
  ASSERT_TRUE(submit(run_draft("r1")).has_value());
  const auto run = record_client_event(context, workspace.id, domain::RunId("r1"),
                                       ClientEvent::Completed, clock.wall());
  EXPECT_EQ(run.value().state, RunState::Queued);
}

TEST_F(Runs, AChildKnowsItsRoot) {
  const domain::RunId parent("p"), child("c"), grandchild("g");
  ASSERT_TRUE(create_or_modify_run(context, workspace, "exp", parent, {}).has_value());
  RunChange below;
  below.parent_id = parent;
  ASSERT_TRUE(create_or_modify_run(context, workspace, "exp", child, below).has_value());
  below.parent_id = child;
  const auto run = create_or_modify_run(context, workspace, "exp", grandchild, below);
  EXPECT_EQ(run.value().parent_id, child);
  EXPECT_EQ(run.value().root_id, parent);
  below.parent_id = grandchild;
  EXPECT_EQ(modify_run(context, workspace.id, parent, below).error().code, ErrorCode::Conflict);
  below.parent_id = domain::RunId("nobody");
  EXPECT_EQ(create_or_modify_run(context, workspace, "exp", domain::RunId("x"), below).error().code,
            ErrorCode::NotFound);
}

}  // namespace
}  // namespace homeport::service
