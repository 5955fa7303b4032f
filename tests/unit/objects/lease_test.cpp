#include "objects/lease.hpp"

#include <gtest/gtest.h>

#include "store_fixture.hpp"

namespace homeport::objects {
namespace {

using std::chrono::seconds;

const std::string kOne = "11111111-1111-1111-1111-111111111111";
const std::string kTwo = "22222222-2222-2222-2222-222222222222";
const base::TimePoint kNow{base::Duration(1'700'000'000'000'000)};

std::string reason(const base::Result<Lease>& step) {
  return step.has_error() ? step.error().reason : "";
}

// Leases of kOne in each state at kNow.
Lease available() {
  return {};
}
Lease leased() {
  return acquire({}, kOne, seconds(15), kNow).value();
}
Lease endless() {
  return acquire({}, kOne, std::nullopt, kNow).value();
}
Lease expired() {
  return acquire({}, kOne, seconds(15), kNow - seconds(16)).value();
}
Lease breaking() {
  return break_lease(endless(), seconds(30), kNow).value();
}
Lease broken() {
  return break_lease(endless(), seconds(0), kNow).value();
}

TEST(LeaseRules, EachStateKnowsItself) {
  EXPECT_EQ(state_of(available(), kNow), LeaseState::Available);
  EXPECT_EQ(state_of(leased(), kNow), LeaseState::Leased);
  EXPECT_EQ(state_of(leased(), kNow + seconds(15)), LeaseState::Expired);
  EXPECT_EQ(state_of(endless(), kNow + std::chrono::hours(9999)), LeaseState::Leased);
  EXPECT_EQ(state_of(breaking(), kNow), LeaseState::Breaking);
  EXPECT_EQ(state_of(breaking(), kNow + seconds(30)), LeaseState::Broken);
  EXPECT_EQ(state_of(broken(), kNow), LeaseState::Broken);
}

TEST(LeaseRules, WhatEachStateSaysToEachStep) {
  struct Row {
    Lease lease;
    const char* acquire_one;
    const char* acquire_two;
    const char* renew_one;
    const char* renew_two;
    const char* change_one;
    const char* release_one;
    const char* release_two;
    const char* break_it;
  };
  const char* mismatch = "LeaseIdMismatchWithLeaseOperation";
  const char* absent = "LeaseNotPresentWithLeaseOperation";
  const char* present = "LeaseAlreadyPresent";
  const char* renewed = "LeaseIsBrokenAndCannotBeRenewed";
  const Row rows[] = {
      {available(), "", "", mismatch, mismatch, absent, mismatch, mismatch, absent},
      {leased(), "", present, "", mismatch, "", "", mismatch, ""},
      {expired(), "", "", "", mismatch, absent, "", mismatch, ""},
      {breaking(), "LeaseIsBreakingAndCannotBeAcquired", present, renewed, mismatch,
       "LeaseIsBreakingAndCannotBeChanged", "", mismatch, ""},
      {broken(), "", "", renewed, mismatch, absent, "", mismatch, ""},
  };
  for (const Row& row : rows) {
    const int state = static_cast<int>(state_of(row.lease, kNow));
    EXPECT_EQ(reason(acquire(row.lease, kOne, seconds(60), kNow)), row.acquire_one) << state;
    EXPECT_EQ(reason(acquire(row.lease, kTwo, seconds(60), kNow)), row.acquire_two) << state;
    EXPECT_EQ(reason(renew(row.lease, kOne, kNow)), row.renew_one) << state;
    EXPECT_EQ(reason(renew(row.lease, kTwo, kNow)), row.renew_two) << state;
    EXPECT_EQ(reason(change(row.lease, kOne, kTwo, kNow)), row.change_one) << state;
    EXPECT_EQ(reason(release(row.lease, kOne)), row.release_one) << state;
    EXPECT_EQ(reason(release(row.lease, kTwo)), row.release_two) << state;
    EXPECT_EQ(reason(break_lease(row.lease, seconds(5), kNow)), row.break_it) << state;
  }
}

TEST(LeaseRules, ABreakEndsWhenItSaysOrSoonerNeverLater) {
  EXPECT_EQ(break_lease(leased(), std::nullopt, kNow).value().broken, kNow + seconds(15));
  EXPECT_EQ(break_lease(leased(), seconds(60), kNow).value().broken, kNow + seconds(15));
  EXPECT_EQ(break_lease(leased(), seconds(5), kNow).value().broken, kNow + seconds(5));
  EXPECT_EQ(break_lease(endless(), std::nullopt, kNow).value().broken, kNow);
  EXPECT_EQ(break_lease(breaking(), seconds(60), kNow).value().broken, kNow + seconds(30));
  EXPECT_EQ(break_lease(breaking(), seconds(1), kNow).value().broken, kNow + seconds(1));
}

TEST(LeaseRules, AChangeKeepsTheTimeAndMayBeSentTwice) {
  const Lease changed = change(leased(), kOne, kTwo, kNow + seconds(3)).value();
  EXPECT_EQ(changed.id, kTwo);
  EXPECT_EQ(changed.expires, kNow + seconds(15));
  EXPECT_EQ(change(changed, kOne, kTwo, kNow).value(), changed);
}

class StoredLeases : public testing::StoreFixture {
 protected:
  base::Result<ObjectInfo> lease(const std::string& name, std::optional<seconds> duration) {
    return store->lease(
        blob(name),
        [&](const Lease& current) { return acquire(current, kOne, duration, clock.wall()); }, {});
  }
  LeaseState state(const std::string& name) {
    return state_of(store->find(blob(name)).value().lease, clock.wall());
  }
};

TEST_F(StoredLeases, OutlivesARestartAndAReplacement) {
  const std::string etag = put("a", "one").value().etag;
  EXPECT_EQ(lease("a", std::nullopt).value().etag, etag);
  reopen();
  EXPECT_EQ(store->find(blob("a")).value().lease.id, kOne);
  ASSERT_TRUE(put("a", "two").has_value());
  EXPECT_EQ(state("a"), LeaseState::Leased);
  ASSERT_TRUE(store->remove(blob("a"), {}).has_value());
  ASSERT_TRUE(put("a", "three").has_value());
  EXPECT_EQ(state("a"), LeaseState::Available);
}

TEST_F(StoredLeases, OutlivesAWriteThroughAMount) {
  ASSERT_TRUE(put("a", "one").has_value());
  ASSERT_TRUE(lease("a", std::nullopt).has_value());
  write_file(tree() / "a", "another");
  EXPECT_EQ(state("a"), LeaseState::Leased);
  // But not the object: what comes later under its name is free.
  std::filesystem::remove(tree() / "a");
  ASSERT_TRUE(put("a", "new").has_value());
  EXPECT_EQ(state("a"), LeaseState::Available);
}

TEST_F(StoredLeases, OneThatRanOutEndsWithTheNextWrite) {
  ASSERT_TRUE(put("a", "one").has_value());
  ASSERT_TRUE(lease("a", seconds(15)).has_value());
  clock.advance(seconds(14));
  EXPECT_EQ(state("a"), LeaseState::Leased);
  clock.advance(seconds(1));
  EXPECT_EQ(state("a"), LeaseState::Expired);
  ObjectChanges changes;
  changes.metadata = Metadata{{"k", "v"}};
  ASSERT_TRUE(store->update(blob("a"), changes).has_value());
  EXPECT_EQ(state("a"), LeaseState::Available);
}

TEST_F(StoredLeases, OfAContainerIsKeptWithIt) {
  const ContainerName name{"acct", "data"};
  const std::string etag = store->container(name).value().etag;
  const auto step = [&](const Lease& current) {
    return acquire(current, kTwo, seconds(15), clock.wall());
  };
  ASSERT_TRUE(store->lease_container(name, step, {}).has_value());
  reopen();
  const auto found = store->container(name).value();
  EXPECT_EQ(found.lease.id, kTwo);
  EXPECT_EQ(found.lease.expires, clock.wall() + seconds(15));
  EXPECT_EQ(found.etag, etag);
}

}  // namespace
}  // namespace homeport::objects
