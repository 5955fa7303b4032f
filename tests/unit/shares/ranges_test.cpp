#include <sys/stat.h>

#include "share_fixture.hpp"

namespace homeport::shares {
namespace {

class Ranges : public ShareFixture {
 protected:
  std::vector<Range> written(const std::string& path) {
    return store->ranges(entry(path), {0, 1ULL << 40}).value();
  }
  void make(const std::string& path, uint64_t size) {
    EntryChanges changes;
    changes.size = size;
    ASSERT_TRUE(put(path, "", changes).has_value());
  }
};

TEST_F(Ranges, ANewFileIsZerosThatTakeNoRoom) {
  make("f", 1ULL << 40);
  EXPECT_TRUE(written("f").empty());
  EXPECT_LT(store->usage(share).value(), 1U << 16);
  EXPECT_EQ(store->find(entry("f"), EntryKind::File).value().size, 1ULL << 40);
}

TEST_F(Ranges, AreKnownInStepsOf512) {
  make("f", 1 << 20);
  const std::string page(512, 'x');
  ASSERT_TRUE(write("f", 0, page).has_value());
  ASSERT_TRUE(write("f", 8192 + 1024, page + page).has_value());
  EXPECT_EQ(written("f"), (std::vector<Range>{{0, 512}, {8192 + 1024, 1024}}));
  EXPECT_EQ(store->ranges(entry("f"), {100, 8192 + 1024}).value(),
            (std::vector<Range>{{100, 412}, {8192 + 1024, 100}}));
  ASSERT_TRUE(store->clear_range(entry("f"), {0, 512}, LastWrite::Now, {}).has_value());
  EXPECT_EQ(written("f"), (std::vector<Range>{{8192 + 1024, 1024}}));
}

TEST_F(Ranges, WrittenZerosAreBytes) {
  make("f", 1 << 20);
  ASSERT_TRUE(write("f", 4096, std::string(4096, '\0')).has_value());
  EXPECT_EQ(written("f"), (std::vector<Range>{{4096, 4096}}));
}

TEST_F(Ranges, StayInTheFile) {
  make("f", 1000);
  EXPECT_EQ(reason(write("f", 999, "xy")), "InvalidRange");
  EXPECT_EQ(reason(write("f", ~0ULL, "x")), "InvalidRange");
  EXPECT_EQ(reason(store->clear_range(entry("f"), {0, 1001}, LastWrite::Now, {})), "InvalidRange");
  ASSERT_TRUE(write("f", 999, "x").has_value());
  EXPECT_EQ(written("f"), (std::vector<Range>{{512, 488}}));
}

TEST_F(Ranges, AWrongMd5WritesNothing) {
  make("f", 10);
  RangeWrite range;
  range.content = objects::Content::of("x");
  range.expected_md5 = std::string(16, '0');
  EXPECT_EQ(reason(store->write_range(entry("f"), range)), "Md5Mismatch");
  EXPECT_EQ(read("f"), std::string(10, '\0'));
}

TEST_F(Ranges, GrowAndShrink) {
  ASSERT_TRUE(put("f", "0123456789").has_value());
  EntryChanges changes;
  changes.size = 4;
  ASSERT_TRUE(store->update(entry("f"), EntryKind::File, changes).has_value());
  changes.size = 6;
  ASSERT_TRUE(store->update(entry("f"), EntryKind::File, changes).has_value());
  EXPECT_EQ(read("f"), std::string("0123\0\0", 6));
}

TEST_F(Ranges, LeaveTheTimeWhereToldTo) {
  EntryChanges changes;
  changes.written = base::TimePoint(std::chrono::seconds(1'000'000'000));
  ASSERT_TRUE(put("f", "0123", changes).has_value());
  RangeWrite range;
  range.content = objects::Content::of("x");
  range.last_write = LastWrite::Preserve;
  EXPECT_EQ(store->write_range(entry("f"), range).value().written, *changes.written);
  EXPECT_GT(write("f", 1, "y").value().written, *changes.written);
  EXPECT_EQ(read("f"), "xy23");
}

// A program may link a file of its own in, or, on a machine that lets it, one of somebody else.
TEST_F(Ranges, AFileWithOtherNamesIsWrittenUnderThisNameOnly) {
  write_file(directory.path() / "outside", "untouched");
  std::filesystem::create_hard_link(directory.path() / "outside", tree() / "linked");
  EXPECT_EQ(read("linked"), "untouched");
  EntryChanges changes;
  changes.metadata = objects::Metadata{{"k", "v"}};
  ASSERT_TRUE(store->update(entry("linked"), EntryKind::File, changes).has_value());
  ASSERT_TRUE(write("linked", 0, "XX").has_value());
  EXPECT_EQ(read("linked"), "XXtouched");
  EXPECT_EQ(file_text(directory.path() / "outside"), "untouched");
  EXPECT_EQ(store->find(entry("linked"), EntryKind::File).value().metadata, *changes.metadata);

  std::filesystem::create_hard_link(directory.path() / "outside", tree() / "resized");
  changes.size = 2;
  ASSERT_TRUE(store->update(entry("resized"), EntryKind::File, changes).has_value());
  EXPECT_EQ(file_text(directory.path() / "outside"), "untouched");
}

}  // namespace
}  // namespace homeport::shares
