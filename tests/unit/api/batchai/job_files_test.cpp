#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "batchai_fixture.hpp"
#include "objects/shares.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;

class JobFilesTest : public BatchAiTest {
 protected:
  void SetUp() override {
    BatchAiTest::SetUp();
    share = {objects::share_account("acct"), "logs"};
    ASSERT_TRUE(objects->create_container(share, {}).has_value());
    ASSERT_TRUE(objects->create_container({"acct", "data"}, {}).has_value());
    put_job("job1", R"(,"mountVolumes":{"azureFileShares":[{"accountName":"acct",
        "azureFileUrl":"https://acct.file.core.windows.net/logs","credentials":{"accountKey":"a2V5"},
        "relativeMountPath":"afs"}],"azureBlobFileSystems":[{"accountName":"acct",
        "containerName":"data","credentials":{"accountKey":"a2V5"},"relativeMountPath":"bfs"}]},
      "outputDirectories":[
        {"id":"MODEL","pathPrefix":"$AZ_BATCHAI_JOB_MOUNT_ROOT/afs","pathSuffix":"Models"},
        {"id":"BLOBS","pathPrefix":"$AZ_BATCHAI_JOB_MOUNT_ROOT/bfs","pathSuffix":"b"},
        {"id":"LOCAL","pathPrefix":"/tmp"}])");
    segment = std::string(request("GET", job_path("job1")).text("jobOutputDirectoryPathSegment"));
  }

  /// What a process writes on the mount.
  void write(const objects::ContainerName& container, const std::string& path,
             const std::string& text) {
    const auto root = objects->local_path(container, "", objects::Make::No).value();
    std::filesystem::create_directories((root / path).parent_path());
    std::ofstream(root / path) << text;
  }

  Answer list(const std::string& query, const char* method = "POST") {
    return request(method, job_path("job1") + "/listOutputFiles?" + query);
  }

  static std::string names(const Answer& answer) {
    std::string all;
    for (const json::value& file : answer.body.at("value").as_array()) {
      all += (all.empty() ? "" : " ") + std::string(file.at("name").as_string());
      if (file.at("fileType").as_string() == "directory") all += "/";
    }
    return all;
  }

  objects::ContainerName share;
  std::string segment;
};

TEST_F(JobFilesTest, FilesAndDirectoriesOfAShareAreListedByName) {
  write(share, segment + "/stdouterr/stdout.txt", "hello");
  write(share, segment + "/stdouterr/stderr.txt", "");
  write(share, segment + "/stdouterr/sub/deep.txt", "x");
  const Answer top = list("outputdirectoryid=stdouterr");
  EXPECT_EQ(names(top), "stderr.txt stdout.txt sub/");
  const json::object& file = top.body.at("value").at(1).as_object();
  EXPECT_EQ(file.at("downloadUrl").as_string(),
            "link:acct.file/logs/" + segment + "/stdouterr/stdout.txt");
  EXPECT_EQ(file.at("properties").at("contentLength").as_int64(), 5);
  EXPECT_TRUE(file.at("properties").as_object().contains("lastModified"));
  EXPECT_EQ(json::serialize(top.body.at("value").at(2)),
            R"({"name":"sub","fileType":"directory"})");
  EXPECT_EQ(names(list("outputdirectoryid=stdouterr&directory=./sub")), "deep.txt");
  EXPECT_EQ(names(list("outputdirectoryid=stdouterr&directory=none")), "");
}

TEST_F(JobFilesTest, SoAreThoseOfAContainer) {
  write({"acct", "data"}, segment + "/outputs/b/one.bin", "1");
  write({"acct", "data"}, segment + "/outputs/b/dir/two.bin", "22");
  const Answer top = list("outputdirectoryid=BLOBS");
  EXPECT_EQ(names(top), "dir/ one.bin");
  EXPECT_EQ(top.body.at("value").at(1).at("downloadUrl").as_string(),
            "link:acct/data/" + segment + "/outputs/b/one.bin");
  EXPECT_EQ(names(list("outputdirectoryid=BLOBS&directory=dir")), "two.bin");
}

TEST_F(JobFilesTest, WhatNobodyWroteToIsEmpty) {
  EXPECT_EQ(names(list("outputdirectoryid=MODEL")), "");
}

TEST_F(JobFilesTest, PagesAreFollowedWithEitherMethod) {
  for (const char* name : {"a", "b", "c"}) {
    write(share, segment + "/outputs/Models/" + name, name);
  }
  const Answer first = list("outputdirectoryid=MODEL&maxresults=2");
  EXPECT_EQ(names(first), "a b");
  const std::string next(first.body.at("nextLink").as_string());
  for (const char* method : {"GET", "POST"}) {
    EXPECT_EQ(names(request_at(method, next.substr(11), "", {}, security::Owner{})), "c") << method;
  }
}

TEST_F(JobFilesTest, AnUnknownDirectoryIsRefusedWithTheKnownOnes) {
  const Answer refused = list("outputdirectoryid=NONE");
  EXPECT_EQ(refused.status(), 400);
  EXPECT_EQ(refused.target(), "outputdirectoryid");
  EXPECT_NE(refused.message().find("stdouterr, MODEL, BLOBS, LOCAL"), std::string::npos)
      << refused.message();
  EXPECT_EQ(list("").target(), "outputdirectoryid");
}

TEST_F(JobFilesTest, ADirectoryOnNoMountCannotBeListed) {
  const Answer refused = list("outputdirectoryid=LOCAL");
  EXPECT_EQ(refused.status(), 400);
  EXPECT_EQ(refused.message(),
            "The specified outputDirectoryId LOCAL is not present on a mount root");
}

TEST_F(JobFilesTest, OtherWrongParametersAreNamed) {
  const std::pair<const char*, const char*> rows[] = {
      {"outputdirectoryid=MODEL&linkexpiryinminutes=4", "linkexpiryinminutes"},
      {"outputdirectoryid=MODEL&linkexpiryinminutes=601", "linkexpiryinminutes"},
      {"outputdirectoryid=MODEL&linkexpiryinminutes=x", "linkexpiryinminutes"},
      {"outputdirectoryid=MODEL&directory=../../..", "directory"},
      {"outputdirectoryid=MODEL&maxresults=1001", "maxresults"}};
  for (const auto& [query, target] : rows) {
    const Answer refused = list(query);
    EXPECT_EQ(refused.status(), 400) << query;
    EXPECT_EQ(refused.target(), target) << query;
  }
  EXPECT_EQ(list("outputdirectoryid=MODEL&linkexpiryinminutes=600").status(), 200);
}

}  // namespace
}  // namespace homeport::api::batchai
