#include <algorithm>

#include "ledger_fixture.hpp"

namespace homeport::testing {

using base::ErrorCode;
using ledger::RunOrder;
using ledger::RunPage;
using ledger::RunQuery;
using ledger::Transaction;

using Ids = std::vector<std::string>;

class RunQueryContract : public LedgerContract {
 protected:
  void insert(const std::string& id, const Change<domain::Run>& change = {}) {
    make([&](Transaction& t) { return t.runs().insert(a_run(id, change)); });
  }
  RunPage page(const RunQuery& query) {
    return look_up([&](Transaction& t) { return t.runs().query(query); });
  }
  Ids ids(const RunQuery& query) {
    Ids found;
    for (const domain::Run& run : page(query).runs) found.push_back(run.id.text());
    return found;
  }
  std::optional<ErrorCode> error_of(const RunQuery& query) {
    return code_of(read([&](Transaction& t) -> base::Result<void> {
      HP_TRYV(t.runs().query(query));
      return base::success();
    }));
  }
};
FOR_EVERY_LEDGER(RunQueryContract);

RunQuery a_query(const std::function<void(RunQuery&)>& change = {}) {
  RunQuery query;
  query.workspace_id = kWorkspace;
  if (change) change(query);
  return query;
}

Change<domain::Run> created(int64_t seconds) {
  return [=](domain::Run& run) { run.created_at = moment(seconds); };
}

TEST_P(RunQueryContract, GivesNothingOfAnEmptyWorkspace) {
  EXPECT_TRUE(ids(a_query()).empty());
  EXPECT_TRUE(page(a_query()).continuation.empty());
}

TEST_P(RunQueryContract, GivesTheNewestFirstUnlessAskedOtherwise) {
  insert("middle", created(2));
  insert("new", created(3));
  insert("old", created(1));
  reopen();
  EXPECT_EQ(ids(a_query()), (Ids{"new", "middle", "old"}));
  EXPECT_EQ(ids(a_query([](RunQuery& q) { q.order = RunOrder::CreatedAscending; })),
            (Ids{"old", "middle", "new"}));
}

TEST_P(RunQueryContract, OrdersRunsOfTheSameMomentByTheirId) {
  for (const std::string id : {"b", "c", "a"}) insert(id);
  EXPECT_EQ(ids(a_query()), (Ids{"c", "b", "a"}));
  EXPECT_EQ(ids(a_query([](RunQuery& q) { q.order = RunOrder::CreatedAscending; })),
            (Ids{"a", "b", "c"}));
}

TEST_P(RunQueryContract, FiltersByEachFieldAndByAllTogether) {
  const domain::ExperimentId other("other");
  const domain::RunId parent("parent");
  insert("plain", created(1));
  insert("hidden", [](domain::Run& r) { r.hidden = true; });
  insert("elsewhere", [](domain::Run& r) { r.workspace_id = domain::WorkspaceId("w2"); });
  insert("gpu", [](domain::Run& r) { r.target = "gpu"; });
  insert("child", [&](domain::Run& r) { r.parent_id = parent; });
  insert("other", [&](domain::Run& r) { r.experiment_id = other; });
  insert("all", [&](domain::Run& r) {
    r.experiment_id = other;
    r.parent_id = parent;
    r.target = "gpu";
    r.hidden = true;
  });
  EXPECT_EQ(ids(a_query()), (Ids{"other", "gpu", "child", "plain"}));
  EXPECT_EQ(ids(a_query([](RunQuery& q) { q.include_hidden = true; })),
            (Ids{"other", "hidden", "gpu", "child", "all", "plain"}));
  EXPECT_EQ(ids(a_query([](RunQuery& q) { q.target = "gpu"; })), Ids{"gpu"});
  EXPECT_EQ(ids(a_query([&](RunQuery& q) { q.parent_id = parent; })), Ids{"child"});
  EXPECT_EQ(ids(a_query([&](RunQuery& q) { q.experiment_id = other; })), Ids{"other"});
  EXPECT_EQ(ids(a_query([&](RunQuery& q) {
              q.experiment_id = other;
              q.parent_id = parent;
              q.target = "gpu";
              q.include_hidden = true;
            })),
            Ids{"all"});
}

TEST_P(RunQueryContract, PagesThroughEveryRunOnceInBothOrders) {
  Ids all;
  for (int i = 0; i < 25; ++i) {
    const std::string id = "run_" + std::to_string(100 + i);
    all.push_back(id);
    insert(id, created(i / 3));  // several share a moment
  }
  for (const RunOrder order : {RunOrder::CreatedAscending, RunOrder::CreatedDescending}) {
    RunQuery query = a_query([&](RunQuery& q) {
      q.limit = 4;
      q.order = order;
    });
    Ids seen;
    do {
      const RunPage part = page(query);
      EXPECT_LE(part.runs.size(), 4U);
      for (const domain::Run& run : part.runs) seen.push_back(run.id.text());
      query.continuation = part.continuation;
    } while (!query.continuation.empty());
    if (order == RunOrder::CreatedDescending) std::reverse(seen.begin(), seen.end());
    EXPECT_EQ(seen, all);
  }
}

TEST_P(RunQueryContract, ALastPageThatIsFullHasNoContinuation) {
  for (const std::string id : {"a", "b"}) insert(id);
  EXPECT_TRUE(page(a_query([](RunQuery& q) { q.limit = 2; })).continuation.empty());
}

TEST_P(RunQueryContract, ARunThatComesBetweenTwoPagesShiftsNothing) {
  insert("a", created(1));
  insert("b", created(2));
  insert("c", created(3));
  RunQuery query = a_query([](RunQuery& q) { q.limit = 2; });
  query.continuation = page(query).continuation;
  insert("d", created(4));
  reopen();
  EXPECT_EQ(ids(query), Ids{"a"});
}

TEST_P(RunQueryContract, FillsAPageWithRunsThatMatch) {
  for (int i = 0; i < 20; ++i) {
    insert("run_" + std::to_string(10 + i), [&](domain::Run& r) {
      r.created_at = moment(i);
      r.tags = {{"even", i % 2 == 0 ? "yes" : "no"}};
    });
  }
  RunQuery query = a_query([](RunQuery& q) {
    q.limit = 4;
    q.order = RunOrder::CreatedAscending;
    q.matches = [](const domain::Run& run) { return run.tags.at("even") == "yes"; };
  });
  const RunPage first = page(query);
  ASSERT_EQ(first.runs.size(), 4U);
  EXPECT_EQ(first.runs[3].id.text(), "run_16");
  query.continuation = first.continuation;
  EXPECT_EQ(ids(query), (Ids{"run_18", "run_20", "run_22", "run_24"}));
}

TEST_P(RunQueryContract, APageWithNothingBehindItThatMatchesIsTheLast) {
  insert("match", created(2));
  insert("older", created(1));
  const RunPage only = page(a_query([](RunQuery& q) {
    q.limit = 1;
    q.matches = [](const domain::Run& run) { return run.id.text() == "match"; };
  }));
  EXPECT_EQ(only.runs.size(), 1U);
  EXPECT_TRUE(only.continuation.empty());
}

TEST_P(RunQueryContract, RefusesAContinuationThatIsNotItsOwn) {
  for (const std::string id : {"a", "b"}) insert(id);
  const std::string descending = page(a_query([](RunQuery& q) { q.limit = 1; })).continuation;
  ASSERT_FALSE(descending.empty());
  for (const std::string& foreign : {std::string("nonsense"), std::string("!"), descending}) {
    EXPECT_EQ(error_of(a_query([&](RunQuery& q) {
                q.continuation = foreign;
                q.order = RunOrder::CreatedAscending;
              })),
              ErrorCode::InvalidArgument)
        << foreign;
  }
}

}  // namespace homeport::testing
