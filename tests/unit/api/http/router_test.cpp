#include "api/http/router.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace homeport::api::http {
namespace {

Handler answering(int status) {
  return [status](const Request&, const PathParameters&) { return Response{status}; };
}

std::string pattern_for(const Router& router, std::string_view method, std::string_view path) {
  const Router::Match match = router.find(method, path);
  return match.pattern == nullptr ? "" : *match.pattern;
}

TEST(Router, LiteralsIgnoreCaseAndParametersKeepIt) {
  Router router;
  router.add("GET", "/subscriptions/{sub}/resourceGroups/{group}", answering(200));
  const auto match = router.find("GET", "/Subscriptions/S1/resourcegroups/My%20Group");
  ASSERT_NE(match.handler, nullptr);
  EXPECT_EQ(match.parameters.at("sub"), "S1");
  EXPECT_EQ(match.parameters.at("group"), "My Group");
}

TEST(Router, EarliestLiteralWinsWhateverTheOrderOfAdding) {
  Router router;
  router.add("GET", "/{a}/list/{b}", answering(1));
  router.add("GET", "/runs/{a}/{b}", answering(2));
  router.add("GET", "/{path...}", answering(3));
  EXPECT_EQ(pattern_for(router, "GET", "/runs/list/x"), "/runs/{a}/{b}");
  EXPECT_EQ(pattern_for(router, "GET", "/other/list/x"), "/{a}/list/{b}");
  EXPECT_EQ(pattern_for(router, "GET", "/other/else/x"), "/{path...}");
}

TEST(Router, GoesBackWhereALiteralLeadsNowhere) {
  Router router;
  router.add("GET", "/runs/metrics", answering(1));
  router.add("GET", "/{a}/logs", answering(2));
  EXPECT_EQ(pattern_for(router, "GET", "/runs/logs"), "/{a}/logs");
}

TEST(Router, ColonIsALiteral) {
  Router router;
  router.add("POST", "/runs:query", answering(1));
  router.add("POST", "/runs/{run}:cancel", answering(2));
  router.add("POST", "/runs/{run}", answering(3));
  EXPECT_EQ(pattern_for(router, "POST", "/runs:query"), "/runs:query");
  const auto cancel = router.find("POST", "/runs/r1:Cancel");
  ASSERT_NE(cancel.handler, nullptr);
  EXPECT_EQ(*cancel.pattern, "/runs/{run}:cancel");
  EXPECT_EQ(cancel.parameters.at("run"), "r1");
  EXPECT_EQ(pattern_for(router, "POST", "/runs/r1:start"), "/runs/{run}");
}

TEST(Router, RestKeepsSlashesAndNeedsACharacter) {
  Router router;
  router.add("PUT", "/{container}/{blob...}", answering(1));
  const auto match = router.find("PUT", "/c/a/b%2Fc/");
  ASSERT_NE(match.handler, nullptr);
  EXPECT_EQ(match.parameters.at("blob"), "a/b/c/");
  EXPECT_EQ(router.find("PUT", "/c/").handler, nullptr);
}

TEST(Router, KnownPathWithAnotherMethod) {
  Router router;
  router.add("GET", "/runs/{run}", answering(1));
  EXPECT_TRUE(router.find("DELETE", "/runs/r").other_method);
  EXPECT_FALSE(router.find("DELETE", "/jobs/r").other_method);
  EXPECT_NE(router.find("HEAD", "/runs/r").handler, nullptr);
}

TEST(Router, SlashAtTheEndAndRoot) {
  Router router;
  router.add("GET", "/", answering(1));
  router.add("GET", "/runs", answering(2));
  EXPECT_EQ(pattern_for(router, "GET", "/"), "/");
  EXPECT_EQ(pattern_for(router, "GET", "/runs/"), "/runs");
  EXPECT_EQ(pattern_for(router, "GET", "*"), "");
}

TEST(Router, RefusesMistakesOfTheProgram) {
  Router router;
  router.add("GET", "/runs/{a}", answering(1));
  for (const char* pattern : {"/runs/{b}", "runs", "/{}", "/{a", "/{a...}/b", "/a//b"}) {
    EXPECT_THROW(router.add("GET", pattern, answering(2)), std::invalid_argument) << pattern;
  }
}

}  // namespace
}  // namespace homeport::api::http
