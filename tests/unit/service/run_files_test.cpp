#include "service/run_files.hpp"

#include <gmock/gmock.h>

#include "service_fixture.hpp"

namespace homeport::service {
namespace {

using ::testing::ElementsAre;

class RunFiles : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    run.id = domain::RunId("run1");
    run.spec.emplace();
    run.spec->folders = {{"stdouterr", {account, "share", "prefix/seg/stdouterr"}},
                         {"outputs/Models", {account, "share", ""}},
                         {"outputs/Models/deep", {account, "gone", "x"}}};
    ASSERT_TRUE(objects->create_container({account, "share"}, {}).has_value());
    put("azureml-logs/a.txt");
    put("outputs/mine.txt");
    put("stdouterr/stdout.txt");
    put("outputs/Models/model");
  }
  void put(const std::string& path) {
    const auto made =
        objects->put(artifact_object(workspace, run, path), objects::Content::of(path), {});
    ASSERT_TRUE(made.has_value()) << made.error().message;
  }
  std::vector<std::string> list(const std::string& prefix) {
    std::vector<std::string> names;
    const auto files = list_artifacts(context, workspace, run, prefix).value();
    for (const auto& file : files) names.push_back(file.name);
    return names;
  }

  const std::string account = "somebody.file";
  domain::Run run;
};

TEST_F(RunFiles, AFolderLiesWhereTheSpecSays) {
  EXPECT_EQ(artifact_object(workspace, run, "stdouterr/a/b"),
            (objects::ObjectName{account, "share", "prefix/seg/stdouterr/a/b"}));
  EXPECT_EQ(artifact_object(workspace, run, "outputs/Models/m"),
            (objects::ObjectName{account, "share", "m"}));
  EXPECT_EQ(artifact_object(workspace, run, "outputs/Models/deep/m").container, "gone");
  EXPECT_EQ(artifact_object(workspace, run, "stdouterrs/a").account, workspace.storage_account);
  EXPECT_TRUE(objects->find({account, "share", "prefix/seg/stdouterr/stdout.txt"}).has_value());
  EXPECT_EQ(find_artifact(context, workspace, run, "stdouterr/stdout.txt").value().name,
            "stdouterr/stdout.txt");
  EXPECT_EQ(find_artifact(context, workspace, run, "stdouterr/none").error().reason,
            "ArtifactNotFound");
}

TEST_F(RunFiles, AllOfThemAreOneTreeByName) {
  // The folder outputs/Models is the whole share: what lies there is listed there as well.
  EXPECT_THAT(list(""), ElementsAre("azureml-logs/a.txt", "outputs/Models/model",
                                    "outputs/Models/prefix/seg/stdouterr/stdout.txt",
                                    "outputs/mine.txt", "stdouterr/stdout.txt"));
  EXPECT_THAT(list("outputs/mi"), ElementsAre("outputs/mine.txt"));
  EXPECT_THAT(list("stdouterr/std"), ElementsAre("stdouterr/stdout.txt"));
  EXPECT_THAT(list("std"), ElementsAre("stdouterr/stdout.txt"));
  EXPECT_THAT(list("outputs/Models/m"), ElementsAre("outputs/Models/model"));
  EXPECT_THAT(list("outputs/Models/deep/"), ElementsAre());
  EXPECT_THAT(list("stdouterr/none"), ElementsAre());
}

TEST_F(RunFiles, AFolderHidesArtifactsOfItsName) {
  const auto folders = std::exchange(run.spec->folders, {});
  put("stdouterr/hidden.txt");
  EXPECT_THAT(list("stdouterr"), ElementsAre("stdouterr/hidden.txt"));
  run.spec->folders = folders;
  EXPECT_THAT(list("stdouterr"), ElementsAre("stdouterr/stdout.txt"));
  run.spec.reset();
  EXPECT_THAT(list("stdouterr"), ElementsAre("stdouterr/hidden.txt"));
}

}  // namespace
}  // namespace homeport::service
