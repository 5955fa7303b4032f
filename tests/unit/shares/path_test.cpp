#include "shares/path.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace homeport::shares {
namespace {

TEST(SharePath, IsTakenAsTheServiceTakesIt) {
  struct Row {
    std::string text;
    TrailingDots dots;
    std::string expected;
  };
  for (const Row& row : std::vector<Row>{{"", TrailingDots::Drop, ""},
                                         {"/a/b/", TrailingDots::Drop, "a/b"},
                                         {"a./b..", TrailingDots::Drop, "a/b"},
                                         {"a./b..", TrailingDots::Keep, "a./b.."},
                                         {".hidden", TrailingDots::Drop, ".hidden"},
                                         {"...", TrailingDots::Drop, "..."},
                                         {"ü b", TrailingDots::Drop, "ü b"}}) {
    const auto path = parse_path(row.text, row.dots);
    ASSERT_TRUE(path.has_value()) << row.text;
    EXPECT_EQ(path.value(), row.expected);
  }
}

TEST(SharePath, NeverLeadsElsewhere) {
  for (const std::string& text :
       {std::string(".."), std::string("a/../b"), std::string("./a"), std::string("a//b"),
        std::string("a\nb"), std::string("a\0b", 3), std::string("\xff"), std::string(256, 'a')}) {
    const auto path = parse_path(text, TrailingDots::Drop);
    ASSERT_TRUE(path.has_error()) << text;
    EXPECT_EQ(path.error().reason, "InvalidResourceName") << text;
  }
  EXPECT_EQ(parse_path(std::string(3000, 'a'), TrailingDots::Drop).error().reason, "InvalidUri");
}

TEST(SharePath, FoldsTheCaseOfAllLanguages) {
  EXPECT_EQ(fold_case("Größe Ж"), fold_case("GRÖßE ж"));
  EXPECT_NE(fold_case("a"), fold_case("b"));
  EXPECT_NE(fold_case("a"), fold_case("ä"));
}

}  // namespace
}  // namespace homeport::shares
