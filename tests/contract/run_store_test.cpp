#include "ledger/failures.hpp"
#include "ledger_fixture.hpp"

namespace homeport::testing {

using base::ErrorCode;
using domain::RunEvent;
using domain::RunState;
using ledger::Transaction;

class RunStoreContract : public LedgerContract {
 protected:
  domain::Run insert(const domain::Run& run) {
    return make([&](Transaction& t) { return t.runs().insert(run); });
  }
  base::Result<void> advance(const domain::Run& run, RunEvent event) {
    return write([&](Transaction& t) -> base::Result<void> {
      HP_TRYV(t.runs().advance(run, event));
      return base::success();
    });
  }
  std::optional<domain::Run> find(const std::string& id) {
    return look_up([&](Transaction& t) { return t.runs().find(kWorkspace, domain::RunId(id)); });
  }
  std::vector<std::string> unfinished() {
    std::vector<std::string> ids;
    for (const domain::Run& run :
         look_up([](Transaction& t) { return t.runs().list_unfinished(); })) {
      ids.push_back(run.id.text());
    }
    return ids;
  }
};
FOR_EVERY_LEDGER(RunStoreContract);

domain::Run a_run_with_everything() {
  return a_run("everything", [](domain::Run& run) {
    run.state = RunState::Running;
    run.parent_id = domain::RunId("parent");
    run.root_id = domain::RunId("root");
    run.name = "Job_1";
    run.display_name = "a \"quoted\"\nname \\ with \x01 and \xc3\xa9";
    run.description = "words";
    run.hidden = true;
    run.tags = {{"", "empty name"}, {"a\"b", "c\\d"}};
    run.properties = {{"azureml.git.dirty", "False"}};
    run.started_at = moment(30);
    run.ended_at = moment(40);
    run.exit_code = 3;
    run.error = domain::RunError{"UserError", std::string("bytes \xff\xfe that are no text")};
    run.warnings = {{"AmlCompute", "This machine has no GPU."}};
    run.attempts = 2;
    run.deletion = domain::OperationId("deletion");
    run.spec->node_count = 2;
    run.spec->layout = domain::ParameterServerLayout{2, 1};
    run.spec->command = {"python", "-c", "print(1)"};
    run.spec->environment.interpreter = "";
    run.spec->environment.use_gpu = true;
    run.spec->data = {{"data", "store", domain::DataMode::Download, "mnist", "/tmp/data", true}};
    run.spec->snapshot_id = domain::SnapshotId("snapshot-1");
    run.spec->max_duration = std::chrono::seconds(3600);
    run.spec->priority = -3;
    run.spec->restartable = true;
    run.spec->role_commands = {{"worker", 0, {"master"}}, {"worker", -1, {"work", "hard"}}};
    run.spec->preparation = {"/bin/sh", "-c", "true"};
    run.spec->volumes = {{domain::VolumeKind::Share, "afs", "account", "share", "sealed", ""},
                         {domain::VolumeKind::Command, "nfs", "", "", "", "mount -t nfs host:/"}};
    run.spec->folders = {{"outputs/Models", {"account.file", "share", "segment/outputs/Models"}}};
    run.spec->sealed_secrets = {{"PASSWORD", "sealed"}};
    run.spec->dialect = "jobs";
    run.spec->logs.single_process_errors = "stderr.txt";
    run.spec->logs.process_errors = "stderr-{role}-{index}.txt";
    run.spec->logs.preparation = "prep-{node}.txt";
    run.spec->logs.preparation_errors = "prep-errors-{node}.txt";
    run.spec->logs.roles = {{"worker", "wk"}};
  });
}

TEST_P(RunStoreContract, KeepsEveryFieldOfARun) {
  domain::Run expected = a_run_with_everything();
  insert(expected);
  reopen();
  expected.number = 1;
  expected.queue_order = 1;
  expected.revision = 1;
  EXPECT_EQ(find("everything"), expected);
}

TEST_P(RunStoreContract, KeepsARunThatItsOwnClientDrives) {
  insert(a_run("driven", [](domain::Run& run) {
    run.state = RunState::NotStarted;
    run.spec.reset();
  }));
  reopen();
  EXPECT_FALSE(find("driven")->spec);
  EXPECT_EQ(find("driven")->state, RunState::NotStarted);
}

TEST_P(RunStoreContract, FindsNothingUnderAnIdThatIsNotThere) {
  insert(a_run("there"));
  EXPECT_EQ(find("elsewhere"), std::nullopt);
}

TEST_P(RunStoreContract, FindsARunOnlyInItsWorkspace) {
  insert(a_run("mine"));
  const domain::WorkspaceId other("other");
  EXPECT_EQ(look_up([&](Transaction& t) { return t.runs().find(other, domain::RunId("mine")); }),
            std::nullopt);
}

TEST_P(RunStoreContract, CountsRunsInTheirExperimentAndInTheQueue) {
  insert(a_run("a"));
  reopen();
  const domain::Run b = insert(a_run("b"));
  const domain::Run c =
      insert(a_run("c", [](domain::Run& r) { r.experiment_id = domain::ExperimentId("x"); }));
  EXPECT_EQ(b.number, 2);
  EXPECT_EQ(b.queue_order, 2U);
  EXPECT_EQ(c.number, 1);
  EXPECT_EQ(c.queue_order, 3U);
  EXPECT_EQ(c.revision, 1U);
}

TEST_P(RunStoreContract, RefusesASecondRunOfTheSameIdAndLeavesTheFirst) {
  insert(a_run("same", [](domain::Run& r) { r.display_name = "first"; }));
  const auto again = write([](Transaction& t) -> base::Result<void> {
    HP_TRYV(t.runs().insert(a_run("same", [](domain::Run& r) { r.display_name = "second"; })));
    return base::success();
  });
  ASSERT_EQ(code_of(again), ErrorCode::AlreadyExists);
  EXPECT_EQ(again.error().reason, "RunAlreadyExists");
  EXPECT_EQ(find("same")->display_name, "first");
  EXPECT_EQ(insert(a_run("next")).number, 2) << "a refused run uses up no number";
}

TEST_P(RunStoreContract, TakesTheSameIdInAnotherWorkspace) {
  insert(a_run("same"));
  const domain::Run other =
      insert(a_run("same", [](domain::Run& r) { r.workspace_id = domain::WorkspaceId("w2"); }));
  EXPECT_EQ(other.queue_order, 2U);
}

TEST_P(RunStoreContract, UpdatesWhatMayChangeAndKeepsTheRest) {
  const domain::Run inserted = insert(a_run("r"));
  domain::Run changed = inserted;
  changed.tags = {{"changed", "yes"}};
  changed.hidden = true;
  changed.target = "gpu";
  changed.state = RunState::Completed;
  changed.number = 99;
  changed.queue_order = 99;
  changed.created_at = moment(999);
  changed.parent_id = domain::RunId("p");
  changed.experiment_id = domain::ExperimentId("x");
  const domain::Run updated = make([&](Transaction& t) { return t.runs().update(changed); });
  domain::Run expected = inserted;
  expected.tags = changed.tags;
  expected.hidden = true;
  expected.target = "gpu";
  expected.revision = 2;
  EXPECT_EQ(updated, expected);
  reopen();
  EXPECT_EQ(find("r"), expected);
}

TEST_P(RunStoreContract, CannotUpdateARunThatIsNotThere) {
  const auto outcome = write([](Transaction& t) -> base::Result<void> {
    HP_TRYV(t.runs().update(a_run("nobody")));
    return base::success();
  });
  ASSERT_EQ(code_of(outcome), ErrorCode::NotFound);
  EXPECT_EQ(outcome.error().reason, "RunNotFound");
}

TEST_P(RunStoreContract, CannotAdvanceARunThatIsNotThere) {
  EXPECT_EQ(code_of(advance(a_run("nobody"), RunEvent::Started)), ErrorCode::NotFound);
}

TEST_P(RunStoreContract, WritesTheRunWithItsNextState) {
  domain::Run run = insert(a_run("r"));
  run.attempts = 1;
  run.state = RunState::Failed;  // what the caller believes does not count
  const domain::Run claimed =
      make([&](Transaction& t) { return t.runs().advance(run, RunEvent::Claimed); });
  EXPECT_EQ(claimed.state, RunState::Starting);
  EXPECT_EQ(claimed.revision, 2U);
  reopen();
  EXPECT_EQ(find("r"), claimed);
}

TEST_P(RunStoreContract, KeepsEveryLayout) {
  const std::vector<domain::Layout> layouts{domain::SingleLayout{},
                                            domain::ParameterServerLayout{3, 2},
                                            domain::HeadLayout{}, domain::RankLayout{5}};
  for (size_t i = 0; i < layouts.size(); ++i) {
    const std::string id = "run_" + std::to_string(i);
    insert(a_run(id, [&](domain::Run& run) { run.spec->layout = layouts[i]; }));
    EXPECT_EQ(find(id)->spec->layout, layouts[i]);
  }
}

TEST_P(RunStoreContract, ANameIsUniqueInItsExperimentWithoutCase) {
  const auto named = [](const std::string& id, const std::string& name,
                        const domain::ExperimentId& experiment = kExperiment) {
    return a_run(id, [&](domain::Run& run) {
      run.name = name;
      run.experiment_id = experiment;
    });
  };
  const domain::ExperimentId other("another experiment");
  insert(named("one", "Job"));
  insert(named("two", "job", other));
  insert(named("three", ""));
  insert(named("four", ""));
  const auto second = write([&](Transaction& t) -> base::Result<void> {
    HP_TRYV(t.runs().insert(named("five", "JOB")));
    return base::success();
  });
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::AlreadyExists);
  const auto by_name = [&](const domain::ExperimentId& experiment, const std::string& name) {
    const auto found =
        look_up([&](Transaction& t) { return t.runs().find_by_name(experiment, name); });
    return found ? found->id.text() : std::string("nothing");
  };
  EXPECT_EQ(by_name(kExperiment, "jOb"), "one");
  EXPECT_EQ(by_name(other, "JOB"), "two");
  EXPECT_EQ(by_name(kExperiment, ""), "nothing");
  EXPECT_EQ(by_name(kExperiment, "none"), "nothing");
}

TEST_P(RunStoreContract, ARemovedRunIsGoneWithAllThatHungOnItAndFreesItsName) {
  const auto job = a_run("one", [](domain::Run& run) { run.name = "job"; });
  insert(job);
  insert(a_run("stays"));
  const auto live = [&] {
    return look_up([](Transaction& t) { return t.attempts().list_live(); }).size();
  };
  const auto metrics = [&](const char* id) {
    return look_up([&](Transaction& t) { return t.metrics().list(kWorkspace, domain::RunId(id)); })
        .size();
  };
  ASSERT_TRUE(write([&](Transaction& t) -> base::Result<void> {
    HP_TRYV(t.attempts().insert(an_attempt("one")));
    HP_TRYV(t.metrics().append(kWorkspace, domain::RunId("one"),
                               {a_series("loss", {a_metric_row("1")})}));
    return t.metrics().append(kWorkspace, domain::RunId("stays"),
                              {a_series("loss", {a_metric_row("1")})});
  }));
  const auto remove = [&] {
    return write([&](Transaction& t) { return t.runs().remove(kWorkspace, domain::RunId("one")); });
  };
  ASSERT_TRUE(remove());
  EXPECT_FALSE(find("one"));
  EXPECT_EQ(live(), 0U);
  EXPECT_EQ(metrics("one"), 0U);
  EXPECT_EQ(metrics("stays"), 1U);
  EXPECT_EQ(unfinished(), std::vector<std::string>{"stays"});
  EXPECT_EQ(remove().error().code, ErrorCode::NotFound);
  insert(a_run("again", [](domain::Run& run) { run.name = "job"; }));
}

TEST_P(RunStoreContract, TakesExactlyTheStepsOfTheTable) {
  constexpr RunState kStates[] = {
      RunState::NotStarted, RunState::Queued,        RunState::Preparing, RunState::Starting,
      RunState::Running,    RunState::NotResponding, RunState::Completed, RunState::CancelRequested,
      RunState::Finalizing, RunState::Failed,        RunState::Canceled};
  for (const RunState from : kStates) {
    for (int number = 0; number <= static_cast<int>(RunEvent::Canceled); ++number) {
      const auto event = static_cast<RunEvent>(number);
      const std::string step = std::string(to_string(from)) + "-" + to_string(event);
      const domain::Run run = insert(a_run(step, [&](domain::Run& r) { r.state = from; }));
      const auto outcome = advance(run, event);
      const auto expected = domain::next_state(from, event);
      EXPECT_EQ(find(step)->state, expected ? expected.value() : from) << step;
      if (expected) {
        EXPECT_OK(outcome);
      } else {
        EXPECT_EQ(code_of(outcome), ErrorCode::Conflict) << step;
      }
    }
  }
}

TEST_P(RunStoreContract, ListsSubmittedRunsThatHaveNotEndedInQueueOrder) {
  insert(a_run("z-first"));
  insert(a_run("done", [](domain::Run& r) { r.state = RunState::Completed; }));
  insert(a_run("recorded", [](domain::Run& r) { r.state = RunState::NotStarted; }));
  insert(a_run("driven by its client", [](domain::Run& r) {
    r.spec.reset();
    r.state = RunState::Running;
  }));
  insert(a_run("elsewhere", [](domain::Run& r) { r.workspace_id = domain::WorkspaceId("w2"); }));
  insert(a_run("a-last"));
  reopen();
  EXPECT_EQ(unfinished(), (std::vector<std::string>{"z-first", "elsewhere", "a-last"}));
}

TEST_P(RunStoreContract, ARunLeavesTheUnfinishedWhenItEndsAndComesBackWithItsPlace) {
  const domain::Run first =
      insert(a_run("first", [](domain::Run& r) { r.state = RunState::Running; }));
  const domain::Run second = insert(a_run("second"));
  EXPECT_OK(advance(second, RunEvent::CancelAsked));
  EXPECT_EQ(unfinished(), std::vector<std::string>{"first"});
  insert(a_run("third"));
  EXPECT_OK(advance(first, RunEvent::NodeLost));
  EXPECT_EQ(unfinished(), (std::vector<std::string>{"first", "third"}));
}

TEST_P(RunStoreContract, ASubmitGivesARecordedRunToTheQueue) {
  domain::Run run = insert(a_run("r", [](domain::Run& r) {
    r.state = RunState::NotStarted;
    r.spec.reset();
  }));
  run.spec = a_run_spec();
  EXPECT_OK(advance(run, RunEvent::Submitted));
  EXPECT_EQ(unfinished(), std::vector<std::string>{"r"});
}

TEST_P(RunStoreContract, CountsRunsByState) {
  using Counts = ledger::RunCounts;
  const auto counts = [&] {
    return look_up([](Transaction& t) { return t.runs().count_by_state(); });
  };
  EXPECT_EQ(counts(), Counts{});
  const domain::Run first = insert(a_run("first"));
  insert(a_run("second"));
  insert(a_run("driven by its client", [](domain::Run& r) {
    r.spec.reset();
    r.state = RunState::Running;
  }));
  insert(a_run("elsewhere", [](domain::Run& r) { r.workspace_id = domain::WorkspaceId("w2"); }));
  EXPECT_EQ(counts(), (Counts{{RunState::Queued, 3}, {RunState::Running, 1}}));
  EXPECT_OK(advance(first, RunEvent::Claimed));
  EXPECT_OK(advance(first, RunEvent::Started));
  EXPECT_EQ(code_of(advance(first, RunEvent::Claimed)), ErrorCode::Conflict);
  make([&](Transaction& t) { return t.runs().update(first); });
  EXPECT_EQ(counts(), (Counts{{RunState::Queued, 2}, {RunState::Running, 2}}));
  const auto taken_back = write([&](Transaction& t) -> base::Result<void> {
    HP_TRYV(t.runs().insert(a_run("never")));
    return base::internal("no");
  });
  EXPECT_EQ(code_of(taken_back), ErrorCode::Internal);
  reopen();
  EXPECT_EQ(counts(), (Counts{{RunState::Queued, 2}, {RunState::Running, 2}}));
  EXPECT_OK(write([](Transaction& t) -> base::Result<void> {
    HP_TRYV(t.workspaces().insert(a_workspace()));
    return t.workspaces().remove(kWorkspace);
  }));
  EXPECT_EQ(counts(), (Counts{{RunState::Queued, 1}}));
}

TEST_P(RunStoreContract, ListsTheQueuesWithTheirOldestRun) {
  const domain::WorkspaceId other("0-other");
  insert(a_run("late", [](domain::Run& r) { r.created_at = moment(30); }));
  insert(a_run("early", [](domain::Run& r) { r.created_at = moment(20); }));
  insert(a_run("gpu", [](domain::Run& r) { r.target = "gpu"; }));
  insert(a_run("elsewhere", [&](domain::Run& r) { r.workspace_id = other; }));
  insert(a_run("runs", [](domain::Run& r) { r.state = RunState::Running; }));
  insert(a_run("done", [](domain::Run& r) { r.state = RunState::Completed; }));
  reopen();
  EXPECT_EQ(look_up([](Transaction& t) { return t.runs().list_queues(); }),
            (std::vector<ledger::RunQueue>{{other, "cpu", 1, moment(10)},
                                           {kWorkspace, "cpu", 2, moment(20)},
                                           {kWorkspace, "gpu", 1, moment(10)}}));
}

}  // namespace homeport::testing
