// What SqliteLedger promises when the disk fails: design rules 1 and 11.
#include <gtest/gtest.h>

#include <future>
#include <set>

#include "builders.hpp"
#include "faulty_disk.hpp"
#include "ledger/sqlite/sqlite_ledger.hpp"
#include "ledger_fixture.hpp"
#include "temporary_directory.hpp"

namespace homeport::testing {

using base::ErrorCode;
using ledger::Ledger;
using ledger::SqliteLedger;
using ledger::SqliteOptions;
using ledger::Transaction;

class SqliteFaults : public ::testing::Test {
 protected:
  std::string path() const { return directory_.path() / "homeport.db"; }

  std::unique_ptr<SqliteLedger> open(SqliteOptions options = {}) {
    options.readers = 1;
    options.vfs = FaultyDisk::name();
    auto opened = SqliteLedger::open(path(), options);
    EXPECT_TRUE(opened) << opened.error().message << " " << opened.error().cause;
    return opened ? std::move(opened.value()) : nullptr;
  }

  TemporaryDirectory directory_;
  FaultyDisk disk_;
};

std::string id_of(int number) {
  return "run_" + std::to_string(number);
}

/// Two rows that belong together: half of it must never be seen.
base::Result<void> write_pair(Transaction& t, int number) {
  HP_TRYV(t.runs().insert(a_run(id_of(number))));
  return t.attempts().insert(an_attempt(id_of(number)));
}

base::Result<bool> has_pair(Transaction& t, int number) {
  HP_TRY(const auto run, t.runs().find(kWorkspace, domain::RunId(id_of(number))));
  HP_TRY(const auto attempt, t.attempts().find_latest(kWorkspace, domain::RunId(id_of(number))));
  EXPECT_EQ(run.has_value(), attempt.has_value()) << "half of write " << number;
  EXPECT_EQ(run ? run->number : number + 1, number + 1);
  return run.has_value();
}

bool is_there(Ledger& ledger, int number) {
  bool there = false;
  EXPECT_OK(ledger.read([&](Transaction& t) -> base::Result<void> {
    HP_TRY(there, has_pair(t, number));
    return base::success();
  }));
  return there;
}

base::Result<void> write(Ledger& ledger, int number) {
  return ledger.write([=](Transaction& t) { return write_pair(t, number); });
}

/// Keeps the ledger's thread in a write until release(), so that other writes pile up behind it.
class Blocker {
 public:
  explicit Blocker(Ledger& ledger) {
    ledger.write_async(
        [this](Transaction&) -> base::Result<void> {
          entered_.set_value();
          released_.get_future().wait();
          return base::success();
        },
        {});
    entered_.get_future().wait();
  }
  void release() { released_.set_value(); }

 private:
  std::promise<void> entered_;
  std::promise<void> released_;
};

/// What a restart finds in a crash image: the first `n` writes, whole, with n >= acknowledged.
void check_image(const std::filesystem::path& image, int acknowledged, int attempted) {
  SqliteOptions options;
  options.readers = 1;
  auto opened = SqliteLedger::open(image / "homeport.db", options);
  ASSERT_TRUE(opened) << opened.error().message << " " << opened.error().cause;
  Ledger& ledger = *opened.value();
  int present = 0;
  while (present < attempted && is_there(ledger, present)) ++present;
  EXPECT_GE(present, acknowledged) << "an acknowledged write is gone";
  for (int number = present; number < attempted; ++number) {
    EXPECT_FALSE(is_there(ledger, number)) << "write " << number << " without " << present;
  }
  EXPECT_OK(write(ledger, present));
  EXPECT_TRUE(is_there(ledger, present)) << "the numbers go on where the rows end";
}

TEST_F(SqliteFaults, ACrashAtAnySyncKeepsWhatWasAcknowledgedAndHalvesNothing) {
  constexpr int kWrites = 120;
  struct Image {
    std::filesystem::path folder;
    int acknowledged;
  };
  TemporaryDirectory images;
  std::vector<Image> taken;
  std::atomic<int> acknowledged{0};
  // Every sync on the way is a place to crash: making the database, commits, checkpoints.
  disk_.at_sync([&] {
    const auto folder = images.path() / std::to_string(taken.size());
    disk_.write_crash_image(folder, static_cast<uint32_t>(taken.size()));
    taken.push_back({folder, acknowledged});
  });
  SqliteOptions options;
  options.log_pages = 30;
  auto ledger = open(options);
  for (int number = 0; number < kWrites;) {
    Blocker blocker(*ledger);
    for (int last = std::min(kWrites, number + 1 + number % 4); number < last; ++number) {
      ledger->write_async([=](Transaction& t) { return write_pair(t, number); },
                          [&](base::Result<void> outcome) {
                            EXPECT_OK(outcome);
                            ++acknowledged;
                          });
    }
    blocker.release();
    EXPECT_OK(ledger->write([](Transaction&) { return base::Result<void>(base::success()); }));
  }
  ledger.reset();
  disk_.at_sync(nullptr);
  EXPECT_EQ(acknowledged, kWrites);
  EXPECT_GT(taken.size(), 100U) << "the test crashed too seldom to mean anything";
  for (const Image& image : taken) {
    SCOPED_TRACE(image.folder.filename().string());
    check_image(image.folder, image.acknowledged, kWrites);
    if (HasFailure()) return;
  }
}

TEST_F(SqliteFaults, AFailedSyncLeavesTheOutcomeUnknownAndStopsTheWrites) {
  auto ledger = open();
  std::vector<std::string> fatal;
  std::promise<void> reported;
  ledger->on_fatal([&](std::string cause) {
    fatal.push_back(std::move(cause));
    reported.set_value();
  });
  EXPECT_OK(write(*ledger, 0));
  disk_.fail_syncs(true);
  const auto outcome = write(*ledger, 1);
  ASSERT_EQ(code_of(outcome), ErrorCode::Unavailable);
  EXPECT_EQ(outcome.error().reason, "OutcomeUnknown");
  reported.get_future().wait();
  disk_.fail_syncs(false);
  const auto refused = write(*ledger, 2);
  ASSERT_EQ(code_of(refused), ErrorCode::Unavailable);
  EXPECT_EQ(refused.error().reason, "LedgerStopped");
  EXPECT_TRUE(is_there(*ledger, 0)) << "reads go on";
  EXPECT_EQ(fatal.size(), 1U);
  EXPECT_NE(fatal.at(0).find("disk I/O error"), std::string::npos) << fatal.at(0);
}

TEST_F(SqliteFaults, EveryWriteOfACommitWhoseSyncFailedIsUnknownAndWholeOrNotAtAll) {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    TemporaryDirectory image;
    {
      std::filesystem::remove_all(directory_.path());
      std::filesystem::create_directories(directory_.path());
      auto ledger = open();
      EXPECT_OK(write(*ledger, 0));
      EXPECT_OK(write(*ledger, 1));
      Blocker blocker(*ledger);
      std::vector<std::future<base::Result<void>>> answers;
      for (int number = 2; number < 6; ++number) {
        auto answer = std::make_shared<std::promise<base::Result<void>>>();
        answers.push_back(answer->get_future());
        ledger->write_async([=](Transaction& t) { return write_pair(t, number); },
                            [=](base::Result<void> outcome) { answer->set_value(outcome); });
      }
      disk_.fail_syncs(true);
      blocker.release();
      for (auto& answer : answers) EXPECT_EQ(code_of(answer.get()), ErrorCode::Unavailable);
      disk_.write_crash_image(image.path(), seed);
    }
    disk_.fail_syncs(false);
    check_image(image.path(), 2, 6);
  }
}

TEST_F(SqliteFaults, AFullDiskRefusesTheWritesOfACommitAndReadsAndLaterWritesGoOn) {
  auto ledger = open();
  EXPECT_OK(write(*ledger, 0));
  Blocker blocker(*ledger);
  std::vector<std::future<base::Result<void>>> answers;
  for (int number = 1; number < 5; ++number) {
    auto answer = std::make_shared<std::promise<base::Result<void>>>();
    answers.push_back(answer->get_future());
    ledger->write_async([=](Transaction& t) { return write_pair(t, number); },
                        [=](base::Result<void> outcome) { answer->set_value(outcome); });
  }
  disk_.be_full(true);
  blocker.release();
  for (auto& answer : answers) {
    const base::Result<void> outcome = answer.get();
    ASSERT_EQ(code_of(outcome), ErrorCode::ResourceExhausted);
    EXPECT_EQ(outcome.error().reason, "DiskFull");
  }
  EXPECT_TRUE(is_there(*ledger, 0));
  EXPECT_FALSE(is_there(*ledger, 1));
  disk_.be_full(false);
  EXPECT_OK(write(*ledger, 1));
  EXPECT_TRUE(is_there(*ledger, 1));
  ledger.reset();
  EXPECT_TRUE(is_there(*open(), 1));
}

TEST_F(SqliteFaults, AFullDiskInALargeWriteIsNoFatalError) {
  auto ledger = open();
  bool stopped = false;
  ledger->on_fatal([&](const std::string&) { stopped = true; });
  disk_.be_full(true);
  // Larger than the writer's page cache, so that it spills before the commit.
  const auto outcome = ledger->write([](Transaction& t) {
    const std::string cells(4096, 'x');
    domain::MetricSeries series = a_series("loss");
    for (int i = 0; i < 8000; ++i) series.rows.push_back({std::to_string(i), moment(0), cells});
    return t.metrics().append(kWorkspace, domain::RunId("r"), {series});
  });
  EXPECT_EQ(code_of(outcome), ErrorCode::ResourceExhausted);
  disk_.be_full(false);
  EXPECT_OK(write(*ledger, 0));
  EXPECT_FALSE(stopped);
}

TEST_F(SqliteFaults, ACrashImageTakenInTheMiddleOfASilentLedgerIsWhole) {
  auto ledger = open();
  for (int number = 0; number < 10; ++number) EXPECT_OK(write(*ledger, number));
  TemporaryDirectory image;
  disk_.write_crash_image(image.path(), 7);
  check_image(image.path(), 10, 10);
}

}  // namespace homeport::testing
