#include "ledger_fixture.hpp"

namespace homeport::testing {

using base::ErrorCode;
using domain::Workspace;
using domain::WorkspaceId;
using ledger::Transaction;

class WorkspaceStoreContract : public LedgerContract {
 protected:
  void SetUp() override {
    LedgerContract::SetUp();
    EXPECT_OK(write([](Transaction& t) { return t.workspaces().insert(a_workspace()); }));
  }
  base::Result<void> insert(const Workspace& workspace) {
    return write([&](Transaction& t) { return t.workspaces().insert(workspace); });
  }
  std::optional<Workspace> find(const WorkspaceId& id) {
    return look_up([&](Transaction& t) { return t.workspaces().find(id); });
  }
};
FOR_EVERY_LEDGER(WorkspaceStoreContract);

Workspace another(const std::string& id, const std::string& name) {
  return a_workspace([&](Workspace& w) {
    w.id = WorkspaceId(id);
    w.key.name = name;
    w.storage_account = "account" + id;
  });
}

TEST_P(WorkspaceStoreContract, KeepsEveryField) {
  reopen();
  EXPECT_EQ(find(kWorkspace), a_workspace());
  EXPECT_EQ(find(WorkspaceId("none")), std::nullopt);
}

TEST_P(WorkspaceStoreContract, FindsByItsPlaceWithoutCase) {
  const auto found = look_up([](Transaction& t) {
    return t.workspaces().find(domain::WorkspaceKey{"SUBSCRIPTION", "Group", "WORK"});
  });
  EXPECT_EQ(found, a_workspace());
  EXPECT_EQ(look_up([](Transaction& t) {
              return t.workspaces().find(domain::WorkspaceKey{"subscription", "other", "work"});
            }),
            std::nullopt);
}

TEST_P(WorkspaceStoreContract, FindsByItsAccountWithoutCase) {
  EXPECT_EQ(look_up([](Transaction& t) { return t.workspaces().find_by_account("WorkStorage"); }),
            a_workspace());
  EXPECT_EQ(look_up([](Transaction& t) { return t.workspaces().find_by_account("other"); }),
            std::nullopt);
}

TEST_P(WorkspaceStoreContract, TheEmptyAccountIsNobodys) {
  for (const std::string id : {"a", "b"}) {
    EXPECT_OK(insert(a_workspace([&](Workspace& w) {
      w.id = WorkspaceId(id);
      w.key.name = id;
      w.storage_account.clear();
    })));
  }
  EXPECT_EQ(look_up([](Transaction& t) { return t.workspaces().find_by_account(""); }),
            std::nullopt);
}

TEST_P(WorkspaceStoreContract, RefusesASecondOneOfTheSameIdPlaceOrAccount) {
  EXPECT_EQ(code_of(insert(another(kWorkspace.text(), "other"))), ErrorCode::AlreadyExists);
  const auto same_place = insert(another("b", "WORK"));
  ASSERT_EQ(code_of(same_place), ErrorCode::AlreadyExists);
  EXPECT_EQ(same_place.error().reason, "WorkspaceAlreadyExists");
  EXPECT_EQ(code_of(insert(a_workspace([](Workspace& w) {
              w.id = WorkspaceId("c");
              w.key.name = "other";
              w.storage_account = "WORKSTORAGE";
            }))),
            ErrorCode::AlreadyExists);
}

TEST_P(WorkspaceStoreContract, Updates) {
  const Workspace changed = a_workspace([](Workspace& w) {
    w.description = "new";
    w.key.name = "Work2";
    w.tags.clear();
  });
  EXPECT_OK(write([&](Transaction& t) { return t.workspaces().update(changed); }));
  reopen();
  EXPECT_EQ(find(kWorkspace), changed);
}

TEST_P(WorkspaceStoreContract, CannotUpdateWhatIsNotThereOrTakeAnothersPlace) {
  EXPECT_EQ(
      code_of(write([](Transaction& t) { return t.workspaces().update(another("b", "other")); })),
      ErrorCode::NotFound);
  EXPECT_OK(insert(another("b", "other")));
  EXPECT_EQ(
      code_of(write([](Transaction& t) { return t.workspaces().update(another("b", "work")); })),
      ErrorCode::AlreadyExists);
}

TEST_P(WorkspaceStoreContract, ListsByNameWithoutCase) {
  EXPECT_OK(insert(another("b", "Alpha")));
  EXPECT_OK(insert(another("c", "zulu")));
  EXPECT_OK(insert(another("d", "beta")));
  std::vector<std::string> names;
  for (const Workspace& w : look_up([](Transaction& t) { return t.workspaces().list(); })) {
    names.push_back(w.key.name);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"Alpha", "beta", "work", "zulu"}));
}

base::Result<void> fill(Transaction& t, const WorkspaceId& workspace, const std::string& mark) {
  HP_TRYV(t.clusters().insert(a_cluster("c" + mark, [&](auto& c) { c.workspace_id = workspace; })));
  HP_TRYV(t.nodes().insert(a_node(0, [&](auto& n) {
    n.id = domain::NodeId("node-" + mark);
    n.cluster_id = domain::ClusterId("cluster-c" + mark);
  })));
  HP_TRYV(t.experiments().insert(
      an_experiment("e" + mark, [&](auto& e) { e.workspace_id = workspace; })));
  HP_TRYV(t.runs().insert(a_run("r", [&](auto& r) {
    r.workspace_id = workspace;
    r.experiment_id = domain::ExperimentId("experiment-e" + mark);
  })));
  HP_TRYV(t.attempts().insert(an_attempt("r", [&](auto& a) { a.workspace_id = workspace; })));
  HP_TRYV(
      t.metrics().append(workspace, domain::RunId("r"), {a_series("loss", {a_metric_row("m")})}));
  HP_TRYV(t.datastores().insert(a_datastore("d", [&](auto& d) { d.workspace_id = workspace; })));
  auto snapshot = a_snapshot("s");
  snapshot.workspace_id = workspace;
  HP_TRYV(t.snapshots().insert(snapshot));
  return t.operations().insert(
      an_operation("o" + mark, [&](auto& o) { o.workspace_id = workspace; }));
}

/// How many things of each kind the workspace holds.
base::Result<std::vector<size_t>> count(Transaction& t, const WorkspaceId& workspace,
                                        const std::string& mark) {
  HP_TRY(const auto clusters, t.clusters().list(workspace));
  HP_TRY(const auto nodes, t.nodes().list(domain::ClusterId("cluster-c" + mark)));
  HP_TRY(const auto experiments, t.experiments().list(workspace));
  HP_TRY(const auto run, t.runs().find(workspace, domain::RunId("r")));
  HP_TRY(const auto attempt, t.attempts().find_latest(workspace, domain::RunId("r")));
  HP_TRY(const auto metrics, t.metrics().list(workspace, domain::RunId("r")));
  HP_TRY(const auto rows, t.metrics().find(workspace, domain::RunId("r"), "loss"));
  HP_TRY(const auto datastores, t.datastores().list(workspace));
  HP_TRY(const auto snapshot, t.snapshots().find(workspace, domain::SnapshotId("s")));
  return std::vector<size_t>{clusters.size(),  nodes.size(),        experiments.size(),
                             run.has_value(),  attempt.has_value(), metrics.size(),
                             rows.has_value(), datastores.size(),   snapshot.has_value()};
}

TEST_P(WorkspaceStoreContract, RemovesAWorkspaceWithAllItHoldsAndNothingElse) {
  const WorkspaceId other("b");
  EXPECT_OK(insert(another("b", "other")));
  EXPECT_OK(write([](Transaction& t) { return fill(t, kWorkspace, "1"); }));
  EXPECT_OK(write([&](Transaction& t) { return fill(t, other, "2"); }));
  EXPECT_OK(write([](Transaction& t) { return t.workspaces().remove(kWorkspace); }));
  reopen();
  EXPECT_FALSE(find(kWorkspace));
  EXPECT_EQ(look_up([](Transaction& t) { return count(t, kWorkspace, "1"); }),
            std::vector<size_t>(9, 0));
  EXPECT_EQ(look_up([&](Transaction& t) { return count(t, other, "2"); }),
            std::vector<size_t>(9, 1));
  EXPECT_EQ(look_up([](Transaction& t) { return t.runs().list_unfinished(); }).size(), 1U);
  EXPECT_TRUE(look_up([](Transaction& t) {
    return t.operations().find(domain::OperationId("o1"));
  })) << "clients still ask for it";
}

TEST_P(WorkspaceStoreContract, CannotRemoveWhatIsNotThere) {
  EXPECT_EQ(
      code_of(write([](Transaction& t) { return t.workspaces().remove(WorkspaceId("none")); })),
      ErrorCode::NotFound);
}

}  // namespace homeport::testing
