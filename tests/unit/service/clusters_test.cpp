#include "service/usages.hpp"
#include "service_fixture.hpp"

namespace homeport::service {
namespace {

using Clusters = ServiceTest;
using base::ErrorCode;

TEST_F(Clusters, AreMadeWithTheSizeOfTheCatalogueAndTellTheControlLoop) {
  const auto change = create_cluster(context, workspace, cluster_draft(1, 2));
  ASSERT_TRUE(change.has_value());
  EXPECT_EQ(change.value().view.cluster.vm_size, "STANDARD_NC6");
  EXPECT_EQ(change.value().operation.state, domain::OperationState::Succeeded);
  EXPECT_EQ(control.clusters.size(), 1U);
  EXPECT_TRUE(get_cluster(context, workspace, "NC6").has_value()) << "names are found in any case";
}

TEST_F(Clusters, SayWhatTheMachineCannotGive) {
  const auto change = create_cluster(context, workspace, cluster_draft());
  bool names_gpu = false;
  for (const std::string& warning : change.value().view.cluster.warnings) {
    names_gpu |= warning.find("GPU") != std::string::npos;
  }
  EXPECT_TRUE(names_gpu);
}

TEST_F(Clusters, RefuseWrongInputByFieldAndChangeNothing) {
  struct Row {
    const char* what;
    std::function<void(ClusterDraft&)> change;
    const char* target;
  };
  const Row rows[] = {
      {"an unknown size", [](ClusterDraft& d) { d.vm_size = "STANDARD_X"; }, "vmSize"},
      {"no size", [](ClusterDraft& d) { d.vm_size = ""; }, "vmSize"},
      {"a bad name", [](ClusterDraft& d) { d.name = "9_!"; }, "computeName"},
      {"max below min", [](ClusterDraft& d) { d.scale.min_nodes = 3; }, "maxNodeCount"},
      {"no room for any node", [](ClusterDraft& d) { d.scale.max_nodes = 0; }, "maxNodeCount"},
      {"more than the machine can have",
       [](ClusterDraft& d) { d.scale.min_nodes = d.scale.max_nodes = 99; }, "minNodeCount"},
      {"low priority where there is none",
       [](ClusterDraft& d) {
         d.vm_size = "STANDARD_H16R";
         d.priority = domain::VmPriority::LowPriority;
       },
       "vmPriority"}};
  for (const Row& row : rows) {
    ClusterDraft draft = cluster_draft();
    row.change(draft);
    const auto change = create_cluster(context, workspace, draft);
    ASSERT_TRUE(change.has_error()) << row.what;
    EXPECT_EQ(change.error().code, ErrorCode::InvalidArgument) << row.what;
    EXPECT_EQ(change.error().target, row.target) << row.what;
  }
  EXPECT_TRUE(list_clusters(context, workspace).value().empty());
  EXPECT_TRUE(control.clusters.empty());
}

TEST_F(Clusters, KeepTheirSizeForEver) {
  ASSERT_TRUE(create_cluster(context, workspace, cluster_draft()).has_value());
  ClusterDraft other = cluster_draft();
  other.vm_size = "STANDARD_D2_V2";
  const auto change = create_cluster(context, workspace, other);
  ASSERT_TRUE(change.has_error());
  EXPECT_EQ(change.error().target, "vmSize");
}

TEST_F(Clusters, TakeANewScaleAndLeaveWhatIsNotNamed) {
  ASSERT_TRUE(create_cluster(context, workspace, cluster_draft(1, 2)).has_value());
  const auto change = scale_cluster(context, workspace, "nc6", {.max_nodes = 4});
  ASSERT_TRUE(change.has_value());
  EXPECT_EQ(change.value().view.cluster.scale,
            (domain::ScaleSettings{1, 4, std::chrono::seconds(300)}));
  const auto bad = scale_cluster(context, workspace, "nc6", {.min_nodes = 5});
  ASSERT_TRUE(bad.has_error());
  EXPECT_EQ(bad.error().target, "maxNodeCount");
}

TEST_F(Clusters, AreNotFoundByTheNameThatClientsLookFor) {
  const auto missing = get_cluster(context, workspace, "none");
  ASSERT_TRUE(missing.has_error());
  EXPECT_EQ(missing.error().reason, "ComputeTargetNotFound");
}

TEST_F(Clusters, StayVisibleWhileTheyAreDeleted) {
  ASSERT_TRUE(create_cluster(context, workspace, cluster_draft()).has_value());
  const auto change = delete_cluster(context, workspace, "nc6");
  ASSERT_TRUE(change.has_value());
  EXPECT_EQ(change.value().operation.state, domain::OperationState::InProgress);
  EXPECT_EQ(get_cluster(context, workspace, "nc6").value().cluster.state,
            domain::ClusterState::Deleting);
  EXPECT_EQ(scale_cluster(context, workspace, "nc6", {.max_nodes = 4}).error().code,
            ErrorCode::Conflict);
}

TEST_F(Clusters, WhoseDraftMustMatchAreMadeOnce) {
  ClusterDraft draft = cluster_draft();
  draft.when_there = WhenThere::MustMatch;
  draft.definition = "the definition";
  const auto first = create_cluster(context, workspace, draft).value();
  const auto again = create_cluster(context, workspace, draft);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again.value().view.cluster, first.view.cluster);
  draft.definition = "another";
  EXPECT_EQ(create_cluster(context, workspace, draft).error().reason, "ClusterExists");
  ASSERT_TRUE(delete_cluster(context, workspace, "nc6"));
  draft.definition = "the definition";
  EXPECT_EQ(create_cluster(context, workspace, draft).error().reason, "ClusterDeleting");
}

TEST_F(Clusters, TakeAManualTargetAndAnAutomaticScaleInTurn) {
  ClusterDraft draft = cluster_draft();
  draft.scale = {.min_nodes = 0, .max_nodes = 0, .mode = domain::ScaleMode::Manual};
  ASSERT_TRUE(create_cluster(context, workspace, draft));
  domain::ScaleSettings manual{.min_nodes = 3, .max_nodes = 3, .mode = domain::ScaleMode::Manual};
  manual.deallocation = domain::Deallocation::WaitForRuns;
  EXPECT_EQ(
      scale_cluster(context, workspace, "nc6", {.settings = manual}).value().view.cluster.scale,
      manual);
  manual.max_nodes = 4;
  EXPECT_EQ(scale_cluster(context, workspace, "nc6", {.settings = manual}).error().target,
            "targetNodeCount");
  manual.min_nodes = manual.max_nodes = 99;
  EXPECT_EQ(scale_cluster(context, workspace, "nc6", {.settings = manual}).error().target,
            "targetNodeCount");
  const auto idle =
      scale_cluster(context, workspace, "nc6", {.idle_time = std::chrono::seconds(5)});
  EXPECT_EQ(idle.value().view.cluster.scale.mode, domain::ScaleMode::Manual);
  const auto automatic = scale_cluster(context, workspace, "nc6", {.min_nodes = 0});
  EXPECT_EQ(automatic.value().view.cluster.scale.mode, domain::ScaleMode::Automatic);
}

TEST_F(Clusters, BeginNoLargerThanTheMachine) {
  ClusterDraft draft = cluster_draft(0, 99);
  draft.scale.initial_nodes = 17;
  EXPECT_EQ(create_cluster(context, workspace, draft).error().target, "initialNodeCount");
}

TEST_F(Clusters, AreChangedOnlyAsTheyWereSeen) {
  const auto made = create_cluster(context, workspace, cluster_draft()).value().view.cluster;
  const Precondition seen{.versions = {version_of(made)}};
  ASSERT_TRUE(scale_cluster(context, workspace, "nc6", {.max_nodes = 3}, seen));
  const auto second = scale_cluster(context, workspace, "nc6", {.max_nodes = 4}, seen);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::PreconditionFailed);
  EXPECT_EQ(delete_cluster(context, workspace, "nc6", seen).error().code,
            ErrorCode::PreconditionFailed);
  EXPECT_EQ(create_cluster(context, workspace, cluster_draft(), {.absent = true}).error().code,
            ErrorCode::PreconditionFailed);
  const auto now = get_cluster(context, workspace, "nc6").value().cluster;
  EXPECT_EQ(now.scale.max_nodes, 3);
  ASSERT_TRUE(delete_cluster(context, workspace, "nc6", {.versions = {"other", version_of(now)}}));
}

TEST_F(Clusters, AreDeletedByOneOperationHoweverOftenThatIsAsked) {
  ASSERT_TRUE(create_cluster(context, workspace, cluster_draft()));
  const auto first = delete_cluster(context, workspace, "nc6", {}, "the cluster").value();
  const auto second = delete_cluster(context, workspace, "nc6").value();
  EXPECT_EQ(first.operation, second.operation);
  EXPECT_EQ(first.operation.resource, "the cluster");
}

TEST_F(Clusters, TellWhyNodesAreMissing) {
  ClusterView view;
  view.cluster.problems = {{"SetupFailed", "nc6-1", "exit code 1", {}},
                           {"", "nc6-0", "no room", {}}};
  domain::Node broken;
  broken.state = domain::NodeState::Unusable;
  broken.host_name = "nc6-1";
  broken.reason = "exit code 1";
  broken.reason_code = "SetupFailed";
  domain::Node idle;
  idle.state = domain::NodeState::Idle;
  view.nodes = {broken, idle, idle};
  const auto problems = problems_of(view);
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0].node, "nc6-1");
  EXPECT_EQ(problems[1].message, "no room");
  EXPECT_EQ(count_nodes(view.nodes).unusable, 1);
  EXPECT_EQ(count_nodes(view.nodes).idle, 2);
}

TEST_F(Clusters, UseCoresOfTheirFamily) {
  const auto cluster = create_cluster(context, workspace, cluster_draft()).value().view.cluster;
  ASSERT_TRUE(ledger.write([&](ledger::Transaction& tx) -> base::Result<void> {
    for (int i = 0; i < 2; ++i) {
      domain::Node node;
      node.id = domain::NodeId("n" + std::to_string(i));
      node.cluster_id = cluster.id;
      node.index = i;
      HP_TRYV(tx.nodes().insert(node));
    }
    return base::success();
  }));
  const Usages usages = get_usages(context).value();
  EXPECT_EQ(usages.clusters, 1);
  EXPECT_EQ(usages.nodes, 2);
  EXPECT_EQ(usages.node_limit, 16);
  int sums = 0;
  for (const CoreUsage& cores : usages.cores) {
    const bool dedicated = cores.priority == domain::VmPriority::Dedicated;
    const bool own = cores.family.empty() || cores.family == "standardNCFamily";
    EXPECT_EQ(cores.in_use, dedicated && own ? 12 : 0) << cores.family;
    EXPECT_GE(cores.limit, 16) << cores.family;
    sums += cores.family.empty();
  }
  EXPECT_EQ(sums, 2) << "of each priority";
}

TEST_F(Clusters, WorkspacesAreChangedOnlyAsTheyWereSeen) {
  const Precondition seen{.versions = {version_of(workspace)}};
  ASSERT_TRUE(tag_workspace(context, workspace.key, {{"a", "b"}}, seen));
  EXPECT_EQ(tag_workspace(context, workspace.key, {{"a", "c"}}, seen).error().code,
            ErrorCode::PreconditionFailed);
  EXPECT_EQ(get_workspace(context, workspace.key).value().tags, (domain::Tags{{"a", "b"}}));
  EXPECT_EQ(
      create_workspace(context, {workspace.key, "", "", "", {}}, {.absent = true}).error().code,
      ErrorCode::PreconditionFailed);
}

}  // namespace
}  // namespace homeport::service
