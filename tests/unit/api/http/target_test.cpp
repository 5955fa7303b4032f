#include "api/http/target.hpp"

#include <gtest/gtest.h>

namespace homeport::api::http {
namespace {

TEST(Target, PathKeepsItsEscapesAndLosesItsDoubleSlashes) {
  const struct {
    const char* target;
    const char* path;
  } table[] = {
      {"/", "/"},
      {"//a///b", "/a/b"},
      {"/a%2Fb/", "/a%2Fb/"},
      {"/a?b//c", "/a"},
      {"http://h/x//y?z", "/x/y"},
      {"http://h", "/"},
      {"/a#b?c", "/a"},
      {"/url=http://x", "/url=http:/x"},
      {"*", "*"},
  };
  for (const auto& row : table) {
    Request request;
    ASSERT_TRUE(parse_target(row.target, request).has_value()) << row.target;
    EXPECT_EQ(request.path, row.path) << row.target;
    EXPECT_EQ(request.target, row.target);
  }
}

TEST(Target, AbsoluteFormNamesTheHost) {
  Request request;
  request.host = "other";
  ASSERT_TRUE(parse_target("http://here:1/x", request).has_value());
  EXPECT_EQ(request.host, "here:1");
}

TEST(Target, QueryIsDecodedInOrder) {
  Request request;
  ASSERT_TRUE(parse_target("/?a=1&b=%2B+%26&&c&=d&a=2", request).has_value());
  const std::vector<std::pair<std::string, std::string>> expected{
      {"a", "1"}, {"b", "+ &"}, {"c", ""}, {"", "d"}, {"a", "2"}};
  EXPECT_EQ(request.query, expected);
}

TEST(Target, BrokenOnesAreRefused) {
  for (const char* target : {"/%", "/%g0", "/?a=%1", "x/y", "?a"}) {
    Request request;
    EXPECT_TRUE(parse_target(target, request).has_error()) << target;
  }
}

}  // namespace
}  // namespace homeport::api::http
