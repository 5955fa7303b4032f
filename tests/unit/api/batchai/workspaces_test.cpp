#include <gtest/gtest.h>

#include "batchai_fixture.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;

using WorkspacesTest = BatchAiTest;

TEST_F(WorkspacesTest, AWorkspaceIsMadeAtOnceAndShownAsTheServiceDid) {
  const Answer made = request("PUT", "workspaces/ws?api-version=2018-05-01",
                              R"({"location":"eastus","tags":{"a":"1"},"properties":{"x":1}})");
  EXPECT_EQ(made.status(), 200);
  const std::string created = made.text("creationTime");
  EXPECT_EQ(json::serialize(made.body),
            R"({"id":"/subscriptions/sub/resourceGroups/group/providers/Microsoft.BatchAI/)"
            R"(workspaces/ws","name":"ws","type":"Microsoft.BatchAI/workspaces",)"
            R"("location":"eastus","properties":{"provisioningState":"succeeded",)"
            R"("provisioningStateTransitionTime":")" +
                created + R"(","creationTime":")" + created + R"("},"tags":{"a":"1"}})");
  EXPECT_EQ(request("GET", "WORKSPACES/WS").body, made.body);
}

TEST_F(WorkspacesTest, ItIsOneWithThatOfTheOtherService) {
  EXPECT_EQ(request("GET", "workspaces/work").body.at("name").as_string(), "work");
}

TEST_F(WorkspacesTest, TagsAreChanged) {
  EXPECT_EQ(
      json::serialize(request("PATCH", "workspaces/work", R"({"tags":{"b":"2"}})").body.at("tags")),
      R"({"b":"2"})");
  EXPECT_EQ(json::serialize(request("PATCH", "workspaces/work", "{}").body.at("tags")),
            R"({"b":"2"})");
}

TEST_F(WorkspacesTest, ListsArePaged) {
  for (const char* name : {"b", "a", "c"}) {
    request("PUT", std::string("workspaces/") + name, R"({"location":"eastus"})");
  }
  const Answer first = request("GET", "workspaces?maxresults=3");
  EXPECT_EQ(first.body.at("value").as_array().size(), 3U);
  EXPECT_TRUE(first.body.at("nextLink").as_string().starts_with("http://here/subscriptions/sub/"));
  const Answer all = request_at("GET", "/subscriptions/sub/providers/Microsoft.BatchAI/workspaces",
                                "", {}, security::Owner{});
  EXPECT_EQ(all.body.at("value").as_array().size(), 4U);
  EXPECT_EQ(request("GET", "workspaces?maxresults=0").target(), "maxresults");
}

TEST_F(WorkspacesTest, BadInputChangesNothingAndIsNamed) {
  const std::tuple<const char*, const char*, const char*> rows[] = {
      {"workspaces/w2", R"({"tags":{}})", "location"},
      {"workspaces/w2", R"({"location":7})", "location"},
      {"workspaces/w2", R"({"location":"x","tags":["a"]})", "tags"},
      {"workspaces/w%202", R"({"location":"x"})", "workspaceName"},
      {"workspaces/aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggggg",
       R"({"location":"x"})", "workspaceName"},
      {"workspaces/w2", "[]", ""},
      {"workspaces/w2", "{", ""}};
  for (const auto& [path, body, target] : rows) {
    const Answer refused = request("PUT", path, body);
    EXPECT_EQ(refused.status(), 400) << body;
    EXPECT_EQ(refused.target(), target) << body;
  }
  EXPECT_EQ(request("GET", "workspaces/w2").status(), 404);
}

TEST_F(WorkspacesTest, WhatIsNotThereSaysSo) {
  const Answer missing = request("GET", "workspaces/nowhere");
  EXPECT_EQ(missing.status(), 404);
  EXPECT_EQ(missing.code(), "WorkspaceNotFound");
  EXPECT_EQ(missing.message(), "The specified workspace nowhere is not found");
  EXPECT_EQ(request("DELETE", "workspaces/nowhere").status(), 204);
}

TEST_F(WorkspacesTest, ADeletionIsFollowedByItsOperation) {
  const Answer deleted = request("DELETE", "workspaces/work");
  EXPECT_EQ(deleted.status(), 202);
  EXPECT_TRUE(std::get<std::string>(deleted.response.body).empty());
  EXPECT_EQ(deleted.header("Retry-After"), "1");
  const std::string results = deleted.header("Azure-AsyncOperation");
  const std::string statuses = deleted.header("Location");
  EXPECT_NE(results.find("/locations/local/operationresults/"), std::string::npos) << results;
  EXPECT_NE(statuses.find("/locations/local/operationstatuses/"), std::string::npos) << statuses;
  for (const std::string& url : {results, statuses}) {
    EXPECT_TRUE(url.starts_with("http://here/subscriptions/sub/")) << url;
    EXPECT_TRUE(url.ends_with("?api-version=2018-05-01")) << url;
    const Answer poll = request_at("GET", url.substr(11), "", {}, security::Owner{});
    EXPECT_EQ(poll.status(), 200);
    EXPECT_EQ(poll.body.at("status").as_string(), "InProgress");
    EXPECT_EQ(poll.body.at("properties").at("resourceId").as_string(), "sub$group$work");
    EXPECT_EQ(poll.header("Retry-After"), "1");
  }
  EXPECT_EQ(request("GET", "workspaces/work").text("provisioningState"), "deleting");
}

TEST_F(WorkspacesTest, TwoWritersDoNotOverwriteEachOther) {
  const std::string tag = request("GET", "workspaces/work").header("ETag");
  EXPECT_EQ(
      request("PATCH", "workspaces/work", R"({"tags":{"a":"1"}})", {{"If-Match", tag}}).status(),
      200);
  EXPECT_EQ(
      request("PATCH", "workspaces/work", R"({"tags":{"a":"2"}})", {{"If-Match", tag}}).status(),
      412);
  EXPECT_EQ(
      request("PUT", "workspaces/work", R"({"location":"x"})", {{"If-None-Match", "*"}}).status(),
      412);
}

TEST_F(WorkspacesTest, OnlyTheVersionThatIsServedIsTaken) {
  const Answer refused = request("GET", "workspaces/work?api-version=2017-09-01-preview");
  EXPECT_EQ(refused.status(), 400);
  EXPECT_EQ(refused.code(), "NoRegisteredProviderFound");
  EXPECT_NE(refused.message().find("2018-05-01"), std::string::npos);
}

TEST_F(WorkspacesTest, OnlyTheOwnerWrites) {
  EXPECT_EQ(request("GET", "workspaces/work", "", {}, security::Anonymous{}).status(), 401);
  const security::RunIdentity run{workspace.id.text(), "r", "e"};
  EXPECT_EQ(request("GET", "workspaces/work", "", {}, run).status(), 200);
  EXPECT_EQ(request("PUT", "workspaces/work", R"({"location":"x"})", {}, run).status(), 403);
  EXPECT_EQ(request("DELETE", "workspaces/work", "", {}, run).status(), 403);
  const security::RunIdentity stranger{"another", "r", "e"};
  EXPECT_EQ(request("GET", "workspaces/work", "", {}, stranger).status(), 403);
}

TEST_F(WorkspacesTest, AnExperimentIsMadeOnce) {
  const Answer made = request("PUT", "workspaces/work/experiments/Exp");
  EXPECT_EQ(made.status(), 200);
  EXPECT_EQ(made.body.at("type").as_string(), "Microsoft.BatchAI/workspaces/experiments");
  EXPECT_FALSE(made.body.as_object().contains("location"));
  clock.advance(std::chrono::seconds(5));
  EXPECT_EQ(request("PUT", "workspaces/work/experiments/exp").body, made.body);
  EXPECT_EQ(request("GET", "workspaces/work/experiments").body.at("value").at(0), made.body);
  const Answer missing = request("GET", "workspaces/work/experiments/none");
  EXPECT_EQ(missing.code() + ": " + missing.message(),
            "ExperimentNotFound: The specified experiment none is not found");
  EXPECT_EQ(request("DELETE", "workspaces/work/experiments/exp").status(), 202);
  EXPECT_EQ(request("DELETE", "workspaces/work/experiments/none").status(), 204);
}

TEST_F(WorkspacesTest, TheProviderSaysWhatItCanDoAndWhatIsInUse) {
  const Answer operations =
      request_at("GET", "/providers/Microsoft.BatchAI/operations", "", {}, security::Owner{});
  EXPECT_GT(operations.body.at("value").as_array().size(), 10U);
  EXPECT_EQ(operations.body.at("value").at(0).at("name").as_string(),
            "Microsoft.BatchAI/workspaces/read");
  put_cluster("nc6");
  const Answer usages =
      request_at("GET", "/subscriptions/sub/providers/Microsoft.BatchAI/locations/eastus/usages",
                 "", {}, security::Owner{});
  EXPECT_EQ(json::serialize(usages.body.at("value").at(0)),
            R"({"unit":"Count","currentValue":1,"limit":-1,)"
            R"("name":{"value":"Cluster Count","localizedValue":"Cluster Count"}})");
}

TEST_F(WorkspacesTest, FileServersAreNotBuilt) {
  for (const char* method : {"PUT", "GET", "DELETE"}) {
    const Answer refused = request(method, "workspaces/work/fileServers/fs", "{}");
    EXPECT_EQ(refused.status(), 501);
    EXPECT_EQ(refused.code(), "NotImplemented");
    EXPECT_NE(refused.message().find("file server"), std::string::npos);
  }
  EXPECT_EQ(request("GET", "workspaces/work/fileservers").status(), 501);
}

}  // namespace
}  // namespace homeport::api::batchai
