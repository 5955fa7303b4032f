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

TEST(ExpandValues, ThatGrowBeyondAllSenseDoNotFillTheMemory) {
  Variables values{{"A0", std::string(60'000, 'x')}};
  for (int i = 1; i < 9; ++i) {
    std::string value;
    for (int repeat = 0; repeat < 20'000; ++repeat) value += "$A" + std::to_string(i - 1);
    values["A" + std::to_string(i)] = value;
  }
  const Variables expanded = expand_values(values, {});
  EXPECT_EQ(expanded.at("A0").size(), 60'000U);
  EXPECT_EQ(expanded.at("A8").size(), 256U << 10);
}

}  // namespace
}  // namespace homeport::base
