// Experiments, datastores, snapshots, operations.
#include "ledger_fixture.hpp"

namespace homeport::testing {

using base::ErrorCode;
using domain::Datastore;
using domain::Experiment;
using domain::Operation;
using ledger::Transaction;

class WorkspacePartsContract : public LedgerContract {
 protected:
  base::Result<void> insert(const Experiment& experiment) {
    return write([&](Transaction& t) { return t.experiments().insert(experiment); });
  }
  base::Result<void> insert(const Datastore& datastore) {
    return write([&](Transaction& t) { return t.datastores().insert(datastore); });
  }
  base::Result<void> insert(const Operation& operation) {
    return write([&](Transaction& t) { return t.operations().insert(operation); });
  }
};
FOR_EVERY_LEDGER(WorkspacePartsContract);

TEST_P(WorkspacePartsContract, KeepsEveryFieldOfAnExperiment) {
  const Experiment full = an_experiment("mnist", [](Experiment& e) {
    e.description = "d";
    e.archived_at = moment(50);
    e.tags = {{"a", "b"}};
    e.deletion = domain::OperationId("deletion");
  });
  EXPECT_OK(insert(full));
  reopen();
  EXPECT_EQ(look_up([](Transaction& t) { return t.experiments().find(kExperiment); }), full);
  EXPECT_EQ(look_up([](Transaction& t) { return t.experiments().find(kWorkspace, "MNIST"); }),
            full);
  EXPECT_EQ(look_up([](Transaction& t) { return t.experiments().find(kWorkspace, "none"); }),
            std::nullopt);
}

TEST_P(WorkspacePartsContract, RefusesASecondExperimentOfTheSameIdOrName) {
  EXPECT_OK(insert(an_experiment()));
  EXPECT_EQ(code_of(insert(an_experiment("new", [](Experiment& e) { e.id = kExperiment; }))),
            ErrorCode::AlreadyExists);
  EXPECT_EQ(code_of(insert(an_experiment("Mnist"))), ErrorCode::AlreadyExists);
}

TEST_P(WorkspacePartsContract, UpdatesAnExperimentThatIsThere) {
  const Experiment changed = an_experiment("mnist", [](Experiment& e) { e.description = "new"; });
  const auto update = [&] {
    return write([&](Transaction& t) { return t.experiments().update(changed); });
  };
  EXPECT_EQ(code_of(update()), ErrorCode::NotFound);
  EXPECT_OK(insert(an_experiment()));
  EXPECT_OK(update());
  EXPECT_EQ(look_up([](Transaction& t) { return t.experiments().find(kExperiment); }), changed);
}

TEST_P(WorkspacePartsContract, ListsTheExperimentsOfAWorkspaceByName) {
  for (const std::string name : {"b", "A", "c"}) EXPECT_OK(insert(an_experiment(name)));
  EXPECT_OK(insert(an_experiment(
      "elsewhere", [](Experiment& e) { e.workspace_id = domain::WorkspaceId("w2"); })));
  EXPECT_EQ(look_up([](Transaction& t) { return t.experiments().list(kWorkspace); }),
            (std::vector{an_experiment("A"), an_experiment("b"), an_experiment("c")}));
}

TEST_P(WorkspacePartsContract, KeepsEveryFieldOfADatastore) {
  const Datastore full = a_datastore("Share", [](Datastore& d) {
    d.kind = domain::DatastoreKind::FileShare;
    d.sealed_account_key = "sealed key";
    d.sealed_sas_token = "sealed sas";
    d.protocol = "";
    d.endpoint = "core.windows.net";
    d.tags = {{"a", "b"}};
  });
  EXPECT_OK(insert(full));
  reopen();
  EXPECT_EQ(look_up([](Transaction& t) { return t.datastores().find(kWorkspace, "share"); }), full);
  EXPECT_EQ(look_up([](Transaction& t) { return t.datastores().find(kWorkspace, "none"); }),
            std::nullopt);
}

TEST_P(WorkspacePartsContract, RefusesASecondDatastoreOfTheSameName) {
  EXPECT_OK(insert(a_datastore("store")));
  const auto again = insert(a_datastore("STORE"));
  ASSERT_EQ(code_of(again), ErrorCode::AlreadyExists);
  EXPECT_EQ(again.error().reason, "DatastoreAlreadyExists");
  EXPECT_OK(insert(
      a_datastore("store", [](Datastore& d) { d.workspace_id = domain::WorkspaceId("b"); })));
}

TEST_P(WorkspacePartsContract, UpdatesAndRemovesADatastoreWithoutCase) {
  EXPECT_OK(insert(a_datastore("store")));
  const Datastore changed = a_datastore("Store", [](Datastore& d) { d.container = "new"; });
  EXPECT_OK(write([&](Transaction& t) { return t.datastores().update(changed); }));
  EXPECT_EQ(look_up([](Transaction& t) { return t.datastores().find(kWorkspace, "store"); }),
            changed);
  EXPECT_OK(write([](Transaction& t) { return t.datastores().remove(kWorkspace, "STORE"); }));
  EXPECT_TRUE(look_up([](Transaction& t) { return t.datastores().list(kWorkspace); }).empty());
}

TEST_P(WorkspacePartsContract, CannotUpdateOrRemoveADatastoreThatIsNotThere) {
  EXPECT_EQ(code_of(write([](Transaction& t) { return t.datastores().update(a_datastore()); })),
            ErrorCode::NotFound);
  EXPECT_EQ(code_of(write([](Transaction& t) { return t.datastores().remove(kWorkspace, "x"); })),
            ErrorCode::NotFound);
}

TEST_P(WorkspacePartsContract, ListsTheDatastoresOfAWorkspaceByName) {
  for (const std::string name : {"b", "A", "c"}) EXPECT_OK(insert(a_datastore(name)));
  EXPECT_EQ(look_up([](Transaction& t) { return t.datastores().list(kWorkspace); }),
            (std::vector{a_datastore("A"), a_datastore("b"), a_datastore("c")}));
}

TEST_P(WorkspacePartsContract, KeepsASnapshotOnce) {
  const auto insert_it = [&] {
    return write([](Transaction& t) { return t.snapshots().insert(a_snapshot()); });
  };
  EXPECT_OK(insert_it());
  EXPECT_EQ(code_of(insert_it()), ErrorCode::AlreadyExists);
  reopen();
  const auto find = [&](const std::string& id) {
    return look_up(
        [&](Transaction& t) { return t.snapshots().find(kWorkspace, domain::SnapshotId(id)); });
  };
  EXPECT_EQ(find("snapshot-1"), a_snapshot());
  EXPECT_EQ(find("none"), std::nullopt);
}

TEST_P(WorkspacePartsContract, KeepsEveryFieldOfAnOperation) {
  const Operation full = an_operation("o", [](Operation& o) {
    o.state = domain::OperationState::Failed;
    o.ended_at = moment(60);
    o.error_code = "ClusterInUse";
    o.error_message = "it has runs";
    o.experiment_id = domain::ExperimentId("experiment");
    o.run_id = domain::RunId("run");
    o.resource = "sub$group$work";
  });
  EXPECT_OK(insert(full));
  EXPECT_EQ(code_of(insert(full)), ErrorCode::AlreadyExists);
  reopen();
  EXPECT_EQ(look_up([&](Transaction& t) { return t.operations().find(full.id); }), full);
  EXPECT_EQ(look_up([](Transaction& t) { return t.operations().find(domain::OperationId("x")); }),
            std::nullopt);
}

TEST_P(WorkspacePartsContract, CannotUpdateAnOperationThatIsNotThere) {
  EXPECT_EQ(code_of(write([](Transaction& t) { return t.operations().update(an_operation()); })),
            ErrorCode::NotFound);
}

TEST_P(WorkspacePartsContract, ListsOperationsInProgressOldestFirst) {
  EXPECT_OK(insert(an_operation("new", [](Operation& o) { o.started_at = moment(100); })));
  EXPECT_OK(insert(an_operation("old", [](Operation& o) { o.started_at = moment(1); })));
  EXPECT_OK(insert(an_operation("done")));
  EXPECT_OK(write([](Transaction& t) {
    return t.operations().update(
        an_operation("done", [](Operation& o) { o.state = domain::OperationState::Succeeded; }));
  }));
  std::vector<std::string> ids;
  for (const Operation& o :
       look_up([](Transaction& t) { return t.operations().list_unfinished(); })) {
    ids.push_back(o.id.text());
  }
  EXPECT_EQ(ids, (std::vector<std::string>{"old", "new"}));
}

TEST_P(WorkspacePartsContract, ForgetsOldOperationsThatAreOver) {
  const auto ended = [](Operation& o) { o.state = domain::OperationState::Succeeded; };
  EXPECT_OK(insert(an_operation("old", [&](Operation& o) {
    ended(o);
    o.started_at = moment(1);
  })));
  EXPECT_OK(insert(an_operation("new", [&](Operation& o) {
    ended(o);
    o.started_at = moment(100);
  })));
  EXPECT_OK(insert(an_operation("lasting", [](Operation& o) { o.started_at = moment(1); })));
  EXPECT_OK(write([](Transaction& t) { return t.operations().remove_finished(moment(100)); }));
  const auto there = [&](const char* id) {
    return look_up([&](Transaction& t) { return t.operations().find(domain::OperationId(id)); })
        .has_value();
  };
  EXPECT_FALSE(there("old"));
  EXPECT_TRUE(there("new"));
  EXPECT_TRUE(there("lasting"));
}

}  // namespace homeport::testing
