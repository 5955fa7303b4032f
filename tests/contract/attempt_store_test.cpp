#include "ledger_fixture.hpp"

namespace homeport::testing {

using base::ErrorCode;
using domain::Attempt;
using domain::AttemptState;
using ledger::Transaction;

class AttemptStoreContract : public LedgerContract {
 protected:
  base::Result<void> insert(const Attempt& attempt) {
    return write([&](Transaction& t) { return t.attempts().insert(attempt); });
  }
  base::Result<void> update(const Attempt& attempt) {
    return write([&](Transaction& t) { return t.attempts().update(attempt); });
  }
  std::optional<Attempt> latest(const std::string& run) {
    return look_up(
        [&](Transaction& t) { return t.attempts().find_latest(kWorkspace, domain::RunId(run)); });
  }
  std::vector<Attempt> live() {
    return look_up([](Transaction& t) { return t.attempts().list_live(); });
  }
};
FOR_EVERY_LEDGER(AttemptStoreContract);

Attempt ended(int number = 1) {
  return an_attempt("mnist_1", [=](Attempt& a) {
    a.number = number;
    a.state = AttemptState::Ended;
    a.ended_at = moment(100);
    a.outcome = "Its process ended with exit code 3.";
    a.processes[0].ended_at = moment(99);
    a.processes[0].exit_code = 3;
    a.processes[0].signal = 9;
  });
}

TEST_P(AttemptStoreContract, KeepsEveryField) {
  EXPECT_OK(insert(an_attempt()));
  reopen();
  EXPECT_EQ(latest("mnist_1"), an_attempt());
  EXPECT_OK(update(ended()));
  reopen();
  EXPECT_EQ(latest("mnist_1"), ended());
  EXPECT_EQ(latest("other"), std::nullopt);
}

TEST_P(AttemptStoreContract, TheHighestNumberIsTheLatest) {
  for (const int number : {1, 2, 10, 9}) EXPECT_OK(insert(ended(number)));
  EXPECT_OK(insert(an_attempt("mnist_10", [](Attempt& a) { a.number = 50; })));
  EXPECT_EQ(latest("mnist_1")->number, 10);
}

TEST_P(AttemptStoreContract, RefusesTheSameNumberTwice) {
  EXPECT_OK(insert(ended()));
  EXPECT_EQ(code_of(insert(an_attempt())), ErrorCode::AlreadyExists);
}

TEST_P(AttemptStoreContract, RefusesASecondLiveAttemptAtARun) {
  EXPECT_OK(insert(an_attempt()));
  const auto second = insert(an_attempt("mnist_1", [](Attempt& a) { a.number = 2; }));
  ASSERT_EQ(code_of(second), ErrorCode::Conflict);
  EXPECT_EQ(second.error().reason, "AttemptLives");
  EXPECT_OK(update(ended()));
  EXPECT_OK(insert(an_attempt("mnist_1", [](Attempt& a) { a.number = 2; })));
}

TEST_P(AttemptStoreContract, FencesOffAWriteWithAnotherToken) {
  EXPECT_OK(insert(an_attempt()));
  const auto stale = update(an_attempt("mnist_1", [](Attempt& a) {
    a.token = "token-0";
    a.state = AttemptState::Running;
  }));
  ASSERT_EQ(code_of(stale), ErrorCode::Conflict);
  EXPECT_EQ(stale.error().reason, "AttemptFenced");
  EXPECT_EQ(latest("mnist_1"), an_attempt());
}

TEST_P(AttemptStoreContract, AnEndedAttemptNeverChangesAgain) {
  EXPECT_OK(insert(an_attempt()));
  EXPECT_OK(update(ended()));
  EXPECT_EQ(code_of(update(an_attempt())), ErrorCode::Conflict);
  EXPECT_EQ(code_of(update(ended())), ErrorCode::Conflict);
  EXPECT_EQ(latest("mnist_1"), ended());
}

TEST_P(AttemptStoreContract, CannotUpdateWhatIsNotThere) {
  EXPECT_EQ(code_of(update(an_attempt())), ErrorCode::NotFound);
}

TEST_P(AttemptStoreContract, ListsLiveAttemptsByRun) {
  EXPECT_OK(insert(an_attempt("b")));
  EXPECT_OK(insert(ended()));
  EXPECT_OK(insert(an_attempt("a", [](Attempt& a) { a.state = AttemptState::Running; })));
  reopen();
  const std::vector<Attempt> alive = live();
  ASSERT_EQ(alive.size(), 2U);
  EXPECT_EQ(alive[0].run_id.text(), "a");
  EXPECT_EQ(alive[1].run_id.text(), "b");
}

}  // namespace homeport::testing
