#include "api/batchai/directories.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;

constexpr const char* kJob = R"({"stdOutErrPathPrefix":"$AZ_BATCHAI_JOB_MOUNT_ROOT/afs/",
  "outputDirectories":[
    {"id":"MODEL","pathPrefix":"$AZ_BATCHAI_JOB_MOUNT_ROOT/afs","pathSuffix":"Models"},
    {"id":"PLAIN","pathPrefix":"$AZ_BATCHAI_JOB_MOUNT_ROOT/afs"},
    {"id":"OTHER","pathPrefix":"$AZ_BATCHAI_JOB_MOUNT_ROOT/bfs","pathSuffix":"Models"},
    {"id":"LOCAL","pathPrefix":"/tmp/x","pathSuffix":"y"}]})";

TEST(Directories, EachLiesUnderItsPrefixAndTheJobsSegment) {
  const json::value job = json::parse(kJob);
  const auto directories = output_directories(job.as_object(), "sub/rg/u");
  ASSERT_EQ(directories.size(), 5U);
  const std::tuple<const char*, const char*, const char*> rows[] = {
      {"stdouterr", "stdouterr", "$AZ_BATCHAI_JOB_MOUNT_ROOT/afs/sub/rg/u/stdouterr"},
      {"MODEL", "outputs/Models", "$AZ_BATCHAI_JOB_MOUNT_ROOT/afs/sub/rg/u/outputs/Models"},
      {"PLAIN", "outputs", "$AZ_BATCHAI_JOB_MOUNT_ROOT/afs/sub/rg/u/outputs"},
      {"OTHER", "outputs/OTHER", "$AZ_BATCHAI_JOB_MOUNT_ROOT/bfs/sub/rg/u/outputs/Models"},
      {"LOCAL", "outputs/y", "/tmp/x/sub/rg/u/outputs/y"}};
  for (size_t i = 0; i < directories.size(); ++i) {
    const auto& [id, folder, path] = rows[i];
    EXPECT_EQ(directories[i].id, id);
    EXPECT_EQ(directories[i].folder, folder);
    EXPECT_EQ(directories[i].node_path, path);
  }
}

TEST(Directories, OnlyWhatIsOnAVolumeIsKeptThere) {
  const json::value job = json::parse(kJob);
  const std::vector<domain::Volume> volumes{
      {domain::VolumeKind::Share, "afs", "acct", "sh", "", ""},
      {domain::VolumeKind::Container, "bfs", "acct", "co", "", ""}};
  domain::RunSpec spec;
  spec.folders = folders_on_volumes(output_directories(job.as_object(), "seg"), {volumes, {}});
  const std::vector<domain::RunFolder> expected{
      {"stdouterr", {"acct.file", "sh", "seg/stdouterr"}},
      {"outputs/Models", {"acct.file", "sh", "seg/outputs/Models"}},
      {"outputs", {"acct.file", "sh", "seg/outputs"}},
      {"outputs/OTHER", {"acct", "co", "seg/outputs/Models"}}};
  EXPECT_EQ(spec.folders, expected);
  EXPECT_EQ(place_of_folder(spec, "outputs")->path, "seg/outputs");
  EXPECT_FALSE(place_of_folder(spec, "outputs/y").has_value());
}

TEST(Directories, IdsAndSuffixesThatCannotBeAreNamed) {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"inputDirectories":[{"id":"A B","path":"x"}]})", "properties.inputDirectories[0].id"},
      {R"({"inputDirectories":[{"id":"A","path":"x"},{"id":"A","path":"y"}]})",
       "properties.inputDirectories[1].id"},
      {R"({"outputDirectories":[{"id":"stdouterr","pathPrefix":"x"}]})",
       "properties.outputDirectories[0].id"},
      {R"({"outputDirectories":[{"id":"A","pathPrefix":"x","pathSuffix":"a/../../b"}]})",
       "properties.outputDirectories[0].pathSuffix"}};
  for (const auto& [job, path] : rows) {
    const json::value parsed = json::parse(job);
    EXPECT_EQ(check_directories(parsed.as_object()).error().target, path) << job;
  }
  const json::value both = json::parse(
      R"({"inputDirectories":[{"id":"A","path":"x"}],"outputDirectories":[{"id":"A","pathPrefix":"x"}]})");
  EXPECT_TRUE(check_directories(both.as_object()).has_value());
}

}  // namespace
}  // namespace homeport::api::batchai
