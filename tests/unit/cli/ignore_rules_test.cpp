#include "cli/ignore_rules.hpp"

#include <gtest/gtest.h>

namespace homeport::cli {
namespace {

TEST(MatchesPattern, ReadsPatternsAsGitDoes) {
  struct Row {
    const char* pattern;
    const char* text;
    bool matches;
  };
  const Row rows[] = {
      {"*.pyc", "a.pyc", true},      {"*.pyc", "a.py", false},    {"a*c", "abbc", true},
      {"a*c", "ab/c", false},        {"**/data", "data", true},   {"**/data", "x/y/data", true},
      {"logs/**", "logs/a/b", true}, {"logs/**", "log/a", false}, {"a/**/b", "a/b", true},
      {"a/**/b", "a/x/y/b", true},   {"f?o", "foo", true},        {"f?o", "f/o", false},
      {"[a-c]x", "bx", true},        {"[!a-c]x", "bx", false},    {"[]]x", "]x", true},
      {"\\*x", "*x", true},          {"\\*x", "ax", false},       {"[", "[", false},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(matches_pattern(row.pattern, row.text), row.matches)
        << row.pattern << " on " << row.text;
  }
}

TEST(IgnoreRules, TakeTheLastLineThatSpeaksOfAPath) {
  const auto rules = IgnoreRules::parse("# a comment\n*.log\n!keep.log\n/top\nsub/dir\nbuild/\n");
  using Kind = IgnoreRules::Kind;
  EXPECT_TRUE(rules.ignores("deep/down/x.log", Kind::File));
  EXPECT_FALSE(rules.ignores("deep/keep.log", Kind::File));
  EXPECT_TRUE(rules.ignores("top", Kind::File));
  EXPECT_FALSE(rules.ignores("a/top", Kind::File));
  EXPECT_TRUE(rules.ignores("sub/dir", Kind::Folder));
  EXPECT_FALSE(rules.ignores("x/sub/dir", Kind::Folder));
  EXPECT_TRUE(rules.ignores("a/build", Kind::Folder));
  EXPECT_FALSE(rules.ignores("a/build", Kind::File));
}

}  // namespace
}  // namespace homeport::cli
