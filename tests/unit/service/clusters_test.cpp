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

}  // namespace
}  // namespace homeport::service
