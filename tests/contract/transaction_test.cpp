// What holds for every write and read, whatever it touches.
#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>

#include "ledger_fixture.hpp"

namespace homeport::testing {

using base::ErrorCode;
using ledger::Transaction;

class TransactionContract : public LedgerContract {
 protected:
  std::optional<domain::Run> find(const std::string& id) {
    return look_up([&](Transaction& t) { return t.runs().find(kWorkspace, domain::RunId(id)); });
  }
  static base::Result<void> insert_run(Transaction& t, const std::string& id) {
    HP_TRYV(t.runs().insert(a_run(id)));
    return base::success();
  }
};
FOR_EVERY_LEDGER(TransactionContract);

TEST_P(TransactionContract, AWriteThatSucceededIsThereAfterARestart) {
  EXPECT_OK(write([](Transaction& t) { return insert_run(t, "r"); }));
  reopen();
  EXPECT_TRUE(find("r"));
}

TEST_P(TransactionContract, AWriteSeesItsOwnChanges) {
  EXPECT_OK(write([](Transaction& t) -> base::Result<void> {
    HP_TRYV(insert_run(t, "r"));
    HP_TRY(const auto found, t.runs().find(kWorkspace, domain::RunId("r")));
    EXPECT_TRUE(found);
    return base::success();
  }));
}

// One line per store: a change that a failing write must take back.
base::Result<void> change_every_store(Transaction& t) {
  HP_TRYV(t.workspaces().update(a_workspace([](auto& w) { w.friendly_name = "changed"; })));
  HP_TRYV(t.clusters().remove(kCluster));
  HP_TRYV(t.experiments().insert(an_experiment("second")));
  HP_TRYV(t.runs().advance(a_run(), domain::RunEvent::Claimed));
  HP_TRYV(t.runs().insert(a_run("second")));
  HP_TRYV(t.attempts().insert(an_attempt()));
  HP_TRYV(t.metrics().append(kWorkspace, a_run().id,
                             {a_series("loss", {a_metric_row("2")}), a_series("accuracy", {})}));
  HP_TRYV(t.datastores().remove(kWorkspace, "workspaceblobstore"));
  HP_TRYV(t.snapshots().insert(a_snapshot("second")));
  HP_TRYV(t.operations().insert(an_operation("second")));
  return base::success();
}

base::Result<void> fill_every_store(Transaction& t) {
  HP_TRYV(t.workspaces().insert(a_workspace()));
  HP_TRYV(t.clusters().insert(a_cluster()));
  HP_TRYV(t.nodes().insert(a_node()));
  HP_TRYV(t.experiments().insert(an_experiment()));
  HP_TRYV(t.runs().insert(a_run()));
  HP_TRYV(t.metrics().append(kWorkspace, a_run().id, {a_series("loss", {a_metric_row("1")})}));
  HP_TRYV(t.datastores().insert(a_datastore()));
  HP_TRYV(t.snapshots().insert(a_snapshot()));
  HP_TRYV(t.operations().insert(an_operation()));
  return base::success();
}

base::Result<void> expect_as_filled(Transaction& t) {
  HP_TRY(const auto workspace, t.workspaces().find(kWorkspace));
  EXPECT_EQ(workspace, a_workspace());
  HP_TRY(const auto nodes, t.nodes().list(kCluster));
  EXPECT_EQ(nodes, std::vector{a_node()});
  HP_TRY(const auto clusters, t.clusters().list_all());
  EXPECT_EQ(clusters, std::vector{a_cluster()});
  HP_TRY(const auto experiments, t.experiments().list(kWorkspace));
  EXPECT_EQ(experiments, std::vector{an_experiment()});
  HP_TRY(const auto runs, t.runs().list_unfinished());
  EXPECT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs.at(0).state, domain::RunState::Queued);
  EXPECT_EQ(runs.at(0).revision, 1U);
  HP_TRY(const auto attempts, t.attempts().list_live());
  EXPECT_TRUE(attempts.empty());
  HP_TRY(const auto series, t.metrics().list(kWorkspace, a_run().id));
  EXPECT_EQ(series, std::vector{a_series("loss")});
  HP_TRY(const auto loss, t.metrics().find(kWorkspace, a_run().id, "loss"));
  EXPECT_EQ(loss, a_series("loss", {a_metric_row("1")}));
  HP_TRY(const auto datastores, t.datastores().list(kWorkspace));
  EXPECT_EQ(datastores, std::vector{a_datastore()});
  HP_TRY(const auto snapshot, t.snapshots().find(kWorkspace, a_snapshot("second").id));
  EXPECT_FALSE(snapshot);
  HP_TRY(const auto operations, t.operations().list_unfinished());
  EXPECT_EQ(operations, std::vector{an_operation()});
  return base::success();
}

TEST_P(TransactionContract, AFailedWriteLeavesNothingOfItselfInAnyStore) {
  EXPECT_OK(write(fill_every_store));
  const auto outcome = write([](Transaction& t) -> base::Result<void> {
    HP_TRYV(change_every_store(t));
    return base::conflict("Changed", "the use case changed its mind");
  });
  EXPECT_EQ(code_of(outcome), ErrorCode::Conflict);
  EXPECT_OK(read(expect_as_filled));
  reopen();
  EXPECT_OK(read(expect_as_filled));
}

TEST_P(TransactionContract, ARemovedWorkspaceComesBackWholeWhenTheWriteFails) {
  EXPECT_OK(write(fill_every_store));
  const auto outcome = write([](Transaction& t) -> base::Result<void> {
    HP_TRYV(t.workspaces().remove(kWorkspace));
    return base::conflict("Changed", "the use case changed its mind");
  });
  EXPECT_EQ(code_of(outcome), ErrorCode::Conflict);
  EXPECT_OK(read(expect_as_filled));
}

TEST_P(TransactionContract, AWriteMaySwallowAStoresErrorAndGoOn) {
  EXPECT_OK(write([](Transaction& t) { return insert_run(t, "r"); }));
  EXPECT_OK(write([](Transaction& t) -> base::Result<void> {
    EXPECT_EQ(code_of(t.runs().insert(a_run("r"))), ErrorCode::AlreadyExists);
    return insert_run(t, "other");
  }));
  EXPECT_TRUE(find("other"));
}

TEST_P(TransactionContract, AnExceptionInAWriteBecomesAnErrorWithoutEffect) {
  const auto outcome = write([](Transaction& t) -> base::Result<void> {
    HP_TRYV(insert_run(t, "r"));
    throw std::runtime_error("thrown");
  });
  ASSERT_EQ(code_of(outcome), ErrorCode::Internal);
  EXPECT_EQ(outcome.error().cause, "thrown");
  EXPECT_FALSE(find("r"));
}

TEST_P(TransactionContract, AReadCannotChangeAnyStore) {
  EXPECT_OK(write(fill_every_store));
  const auto refused = [&](ledger::Ledger::Work work) {
    return code_of(read(std::move(work))) == ErrorCode::Internal;
  };
  EXPECT_TRUE(refused([](Transaction& t) { return t.workspaces().update(a_workspace()); }));
  EXPECT_TRUE(refused([](Transaction& t) { return t.clusters().insert(a_cluster("new")); }));
  EXPECT_TRUE(refused([](Transaction& t) { return t.nodes().remove(a_node().id); }));
  EXPECT_TRUE(refused([](Transaction& t) { return t.experiments().update(an_experiment()); }));
  EXPECT_TRUE(refused([](Transaction& t) { return insert_run(t, "r"); }));
  EXPECT_TRUE(refused([](Transaction& t) { return t.attempts().insert(an_attempt()); }));
  EXPECT_TRUE(refused(
      [](Transaction& t) { return t.metrics().append(kWorkspace, a_run().id, {a_series()}); }));
  EXPECT_TRUE(refused([](Transaction& t) { return t.datastores().insert(a_datastore("new")); }));
  EXPECT_TRUE(refused([](Transaction& t) { return t.snapshots().insert(a_snapshot("new")); }));
  EXPECT_TRUE(refused([](Transaction& t) { return t.operations().update(an_operation()); }));
  EXPECT_OK(read(expect_as_filled));
}

TEST_P(TransactionContract, AReadPassesItsErrorOn) {
  EXPECT_EQ(code_of(read([](Transaction&) -> base::Result<void> {
              return base::not_found("Nothing", "nothing");
            })),
            ErrorCode::NotFound);
}

TEST_P(TransactionContract, AnAsynchronousWriteIsThereWhenItIsAnswered) {
  std::promise<base::Result<void>> answered;
  the_ledger().write_async(
      [](Transaction& t) { return insert_run(t, "r"); },
      [&](base::Result<void> outcome) { answered.set_value(std::move(outcome)); });
  EXPECT_OK(answered.get_future().get());
  EXPECT_TRUE(find("r"));
}

TEST_P(TransactionContract, AsynchronousWritesHappenInTheirOrder) {
  constexpr int kWrites = 200;
  std::vector<int> answers;
  std::promise<void> last;
  for (int i = 0; i < kWrites; ++i) {
    the_ledger().write_async([i](Transaction& t) { return insert_run(t, std::to_string(i)); },
                             [&, i](base::Result<void> outcome) {
                               EXPECT_OK(outcome);
                               answers.push_back(i);
                               if (i == kWrites - 1) last.set_value();
                             });
  }
  last.get_future().wait();
  for (int i = 0; i < kWrites; ++i) {
    EXPECT_EQ(answers.at(static_cast<size_t>(i)), i);
    EXPECT_EQ(find(std::to_string(i))->queue_order, static_cast<uint64_t>(i + 1));
  }
}

TEST_P(TransactionContract, AFailedWriteLeavesThoseThatShareItsCommit) {
  constexpr int kWrites = 100;
  std::atomic<int> failed{0};
  std::promise<void> last;
  for (int i = 0; i < kWrites; ++i) {
    the_ledger().write_async(
        [i](Transaction& t) -> base::Result<void> {
          HP_TRYV(insert_run(t, std::to_string(i)));
          if (i % 3 == 0) return base::conflict("Third", "every third one fails");
          return base::success();
        },
        [&, i](base::Result<void> outcome) {
          if (!outcome) ++failed;
          if (i == kWrites - 1) last.set_value();
        });
  }
  last.get_future().wait();
  EXPECT_EQ(failed, 34);
  reopen();
  for (int i = 0; i < kWrites; ++i) EXPECT_EQ(find(std::to_string(i)).has_value(), i % 3 != 0) << i;
}

TEST_P(TransactionContract, WritersOnManyThreadsLoseNothingAndShareNoNumber) {
  constexpr int kThreads = 8;
  constexpr int kEach = 40;
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kEach; ++i) {
        const std::string id = std::to_string(thread) + "_" + std::to_string(i);
        if (!write([&](Transaction& t) { return insert_run(t, id); })) ++failed;
        const auto back = read([&](Transaction& t) -> base::Result<void> {
          HP_TRY(const auto found, t.runs().find(kWorkspace, domain::RunId(id)));
          if (!found) ++failed;
          return base::success();
        });
        if (!back) ++failed;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  const auto runs = look_up([](Transaction& t) { return t.runs().list_unfinished(); });
  ASSERT_EQ(runs.size(), static_cast<size_t>(kThreads * kEach));
  for (size_t i = 0; i < runs.size(); ++i) EXPECT_EQ(runs[i].queue_order, i + 1);
}

}  // namespace homeport::testing
