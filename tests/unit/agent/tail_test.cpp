#include "agent/tail.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/text.hpp"
#include "temporary_directory.hpp"

namespace homeport::agent {
namespace {

std::string tail_of(const std::string& content, int lines) {
  const testing::TemporaryDirectory directory;
  std::ofstream(directory.path() / "log") << content;
  return last_lines(
      base::FileDescriptor(::open((directory.path() / "log").c_str(), O_RDONLY | O_CLOEXEC)),
      lines);
}

TEST(LastLines, AreTheLastOnesWhateverTheEnd) {
  EXPECT_EQ(tail_of("", 2), "");
  EXPECT_EQ(tail_of("one", 2), "one");
  EXPECT_EQ(tail_of("one\ntwo\n", 2), "one\ntwo");
  EXPECT_EQ(tail_of("one\ntwo\nthree\n\n", 2), "two\nthree");
  EXPECT_EQ(tail_of("one\ntwo\nthree", 1), "three");
}

TEST(LastLines, AreBoundedAndValidText) {
  EXPECT_LE(tail_of(std::string(100000, 'x'), 5).size(), 8192u);
  EXPECT_EQ(tail_of("caf\xc3\xa9\nbad \xff\n", 5), "caf\xc3\xa9\nbad ?");
}

}  // namespace
}  // namespace homeport::agent
