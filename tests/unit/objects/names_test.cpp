#include "objects/names.hpp"

#include <gtest/gtest.h>

namespace homeport::objects {
namespace {

struct Row {
  std::string name;
  bool good;
};

TEST(Names, ContainersFollowTheServicesRules) {
  for (const Row& row : std::vector<Row>{{"abc", true},
                                         {"azureml-blobstore-1a2b", true},
                                         {"$web", true},
                                         {"ab", false},
                                         {"Abc", false},
                                         {"a--b", false},
                                         {"-abc", false},
                                         {"abc-", false},
                                         {"a/b", false},
                                         {"..", false},
                                         {std::string(63, 'a'), true},
                                         {std::string(64, 'a'), false}}) {
    EXPECT_EQ(is_container_name(row.name), row.good) << row.name;
  }
}

TEST(Names, AccountsHaveTheirSharesBesideThem) {
  for (const Row& row : std::vector<Row>{{"acct", true},
                                         {"acct.file", true},
                                         {"ab.file", false},
                                         {".file", false},
                                         {"acct.file.file", false},
                                         {"acct.blob", false},
                                         {"../file", false}}) {
    EXPECT_EQ(is_account_name(row.name), row.good) << row.name;
  }
}

TEST(Names, OnlyDistinctPathsArePlain) {
  for (const Row& row : std::vector<Row>{{"a", true},
                                         {"a/b c/ü.txt", true},
                                         {"...", true},
                                         {"", false},
                                         {"/a", false},
                                         {"a/", false},
                                         {"a//b", false},
                                         {".", false},
                                         {"a/./b", false},
                                         {"a/../b", false},
                                         {std::string("a\0b", 3), false},
                                         {std::string(255, 'x'), true},
                                         {"d/" + std::string(256, 'x'), false}}) {
    EXPECT_EQ(is_plain_path(row.name), row.good) << row.name;
  }
}

TEST(Names, LengthOfAnObjectsNameIsCountedInCharacters) {
  std::string name;
  for (int i = 0; i < 1024; ++i) name += "ü";
  EXPECT_TRUE(is_object_name(name));
  EXPECT_FALSE(is_object_name(name + "x"));
  EXPECT_FALSE(is_object_name("\xff"));
  EXPECT_FALSE(is_object_name(""));
}

}  // namespace
}  // namespace homeport::objects
