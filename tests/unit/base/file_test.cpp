#include "base/file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "temporary_directory.hpp"

namespace homeport::base {
namespace {

TEST(File, DurableWriteReplacesTheWholeFileAndKeepsItsMode) {
  const testing::TemporaryDirectory folder;
  const auto path = folder.path() / "secret";
  ASSERT_TRUE(write_file_durably(path, "old and long", 0600).has_value());
  ASSERT_TRUE(write_file_durably(path, "new", 0600).has_value());
  EXPECT_EQ(read_file(path).value(), "new");
  struct stat info {};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(File, MissingFileIsNotFound) {
  EXPECT_EQ(read_file("/nonexistent/file").error().code, ErrorCode::NotFound);
}

TEST(File, AppendFileKeepsEarlierContentAcrossOpens) {
  const testing::TemporaryDirectory folder;
  const auto path = folder.path() / "journal";
  for (const char* part : {"one ", "two"}) {
    auto file = open_append_file(path);
    ASSERT_TRUE(file.has_value());
    ASSERT_TRUE(file.value()->append(part).has_value());
    ASSERT_TRUE(file.value()->sync().has_value());
  }
  EXPECT_EQ(read_file(path).value(), "one two");
  ASSERT_TRUE(open_append_file(path).value()->truncate().has_value());
  EXPECT_EQ(read_file(path).value(), "");
}

TEST(File, FullDiskIsResourceExhausted) {
  EXPECT_EQ(system_error("x", ENOSPC).code, ErrorCode::ResourceExhausted);
}

}  // namespace
}  // namespace homeport::base
