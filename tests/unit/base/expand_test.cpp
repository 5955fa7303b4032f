#include "base/expand.hpp"

#include <gtest/gtest.h>

namespace homeport::base {
namespace {

TEST(ExpandVariables, ReplacesNamesAndLeavesTheRest) {
  const Variables variables{{"A", "1"}, {"LONG_2", "two"}};
  struct Row {
    const char* text;
    const char* expected;
  };
  for (const Row& row :
       {Row{"plain", "plain"}, Row{"$A", "1"}, Row{"${A}b", "1b"}, Row{"$Ab", ""},
        Row{"$LONG_2-$A", "two-1"}, Row{"${A", "${A"}, Row{"$", "$"}, Row{"$$A", "$A"},
        Row{"$1", "$1"}, Row{"a$ b", "a$ b"}, Row{"${}", "${}"}}) {
    EXPECT_EQ(expand_variables(row.text, variables), row.expected) << row.text;
  }
}

TEST(ExpandVariables, WhatIsEscapedComesBackAsItWas) {
  for (const char* text : {"plain", "$A", "${A}", "$$A", "$", "$$", "for i in 1; do echo $i; done",
                           "$(ls) `pwd` $1"}) {
    EXPECT_EQ(expand_variables(escape_variables(text), Variables{{"A", "x"}, {"i", "y"}}), text);
  }
}

TEST(ExpandValues, ValuesSeeWhatIsKnownAndEachOther) {
  const Variables known{{"ROOT", "/mnt"}, {"PATH", "/bin"}};
  const Variables values{{"A", "$B/a"},          {"B", "$ROOT/b"},    {"NONE", "<$NOWHERE>"},
                         {"PATH", "/opt:$PATH"}, {"ROUND", "r$TRIP"}, {"TRIP", "t$ROUND"}};
  EXPECT_EQ(expand_values(values, known), (Variables{{"A", "/mnt/b/a"},
                                                     {"B", "/mnt/b"},
                                                     {"NONE", "<>"},
                                                     {"PATH", "/opt:/bin"},
                                                     {"ROUND", "rt"},
                                                     {"TRIP", "t"}}));
}

}  // namespace
}  // namespace homeport::base
