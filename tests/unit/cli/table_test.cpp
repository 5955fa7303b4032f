#include "cli/table.hpp"

#include <gtest/gtest.h>

#include "cli/json.hpp"
#include "cli/times.hpp"

namespace homeport::cli {
namespace {

TEST(Table, AlignsColumnsByCharactersAndKeepsCellsOnTheirLine) {
  Table table({{"NAME"}, {"SIZE", Table::Align::Right}, {"STATE"}});
  table.add({"käse", "7", "ok"});
  table.add({"evil\x1b[2J\nname", "1234", ""});

  EXPECT_EQ(table.text(),
            "NAME           SIZE  STATE\n"
            "käse              7  ok\n"
            "evil?[2J?name  1234\n");
}

TEST(ParseJson, ReadsTheBareNumbersOfTheMetricDialects) {
  const auto document = parse_json(R"({"a":[NaN,-Infinity,1.5],"b":"NaN stays \" text"})");

  ASSERT_TRUE(document);
  EXPECT_EQ(text_at(document.value(), "/a/0"), "NaN");
  EXPECT_EQ(text_at(document.value(), "/a/1"), "-Infinity");
  EXPECT_EQ(text_at(document.value(), "/a/2"), "1.5");
  EXPECT_EQ(text_at(document.value(), "/b"), "NaN stays \" text");
  EXPECT_EQ(text_at(document.value(), "/c/d"), "");
  EXPECT_FALSE(parse_json("{"));
}

TEST(TimeBetween, PicksUnitsThatAPersonWouldPick) {
  const std::string begin = "2026-01-01T00:00:00Z";
  EXPECT_EQ(time_between(begin, "2026-01-01T00:00:04.25Z"), "4.2 s");
  EXPECT_EQ(time_between(begin, "2026-01-01T00:03:20Z"), "3 min 20 s");
  EXPECT_EQ(time_between(begin, "2026-01-01T01:02:03Z"), "1 h 02 min");
  EXPECT_EQ(time_between(begin, ""), "");
}

}  // namespace
}  // namespace homeport::cli
