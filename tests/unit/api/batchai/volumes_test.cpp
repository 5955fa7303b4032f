#include "api/batchai/volumes.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "api/batchai/models.hpp"
#include "temporary_directory.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;

class VolumesTest : public ::testing::Test {
 protected:
  base::Result<std::vector<domain::Volume>> parse(const std::string& mounts) {
    const std::string body = R"({"cluster":{"id":"x"},"nodeCount":1,"stdOutErrPathPrefix":"/",
      "mountVolumes":)" + mounts +
                             "}";
    HP_TRY(const Conformed conformed,
           conform(kJobProperties, json::parse(body).as_object(), "properties"));
    return parse_volumes(conformed.value, "properties", conformed, *keyring);
  }

  testing::TemporaryDirectory folder;
  std::unique_ptr<security::Keyring> keyring =
      security::Keyring::open(folder.path() / "secrets").value();
};

TEST_F(VolumesTest, SharesContainersAndCommandsAreRead) {
  const auto volumes = parse(R"({
    "azureFileShares":[{"accountName":"acct","azureFileUrl":"https://acct.file.core.windows.net/sh",
      "credentials":{"accountKey":"a2V5"},"relativeMountPath":"afs"}],
    "azureBlobFileSystems":[{"accountName":"acct","containerName":"co",
      "credentials":{"accountKey":"a2V5"},"relativeMountPath":"deep/bfs/"}],
    "unmanagedFileSystems":[{"mountCommand":"mount -t tmpfs none","relativeMountPath":"own"}]})");
  ASSERT_TRUE(volumes.has_value()) << volumes.error().message;
  ASSERT_EQ(volumes.value().size(), 3U);
  const auto& [share, container, command] =
      std::tie(volumes.value()[0], volumes.value()[1], volumes.value()[2]);
  EXPECT_EQ(share.kind, domain::VolumeKind::Share);
  EXPECT_EQ(share.account + "/" + share.container + " " + share.relative_path, "acct/sh afs");
  EXPECT_EQ(keyring->decrypt(share.sealed_key).value().reveal(), "a2V5");
  EXPECT_EQ(container.kind, domain::VolumeKind::Container);
  EXPECT_EQ(container.container + " " + container.relative_path, "co deep/bfs");
  EXPECT_EQ(command.kind, domain::VolumeKind::Command);
  EXPECT_EQ(command.command, "mount -t tmpfs none");
}

TEST_F(VolumesTest, AShareOfAServersOwnAddressIsRead) {
  const auto volumes = parse(R"({"azureFileShares":[{"accountName":"acct",
    "azureFileUrl":"http://127.0.0.1:8700/acct/sh","credentials":{"accountKey":"a2V5"},
    "relativeMountPath":"afs"}]})");
  ASSERT_TRUE(volumes.has_value()) << volumes.error().message;
  EXPECT_EQ(volumes.value()[0].container, "sh");
}

TEST_F(VolumesTest, WhatCannotBeMountedIsNamed) {
  const std::string share = R"("accountName":"acct","azureFileUrl":"https://acct.file.x/sh")";
  const std::string key = R"("credentials":{"accountKey":"a2V5"})";
  const std::pair<std::string, const char*> rows[] = {
      {share + R"(,"credentials":{},"relativeMountPath":"a")", "credentials.accountKey"},
      {share + "," + key + R"(,"relativeMountPath":"../a")", "relativeMountPath"},
      {share + "," + key + R"(,"relativeMountPath":"/a")", "relativeMountPath"},
      {share + "," + key + R"(,"relativeMountPath":".")", "relativeMountPath"},
      {share + "," + key + R"(,"relativeMountPath":"a/)" + std::string(256, 'b') + '"',
       "relativeMountPath"},
      {R"("accountName":"acct","azureFileUrl":"https://other.file.x/sh",)" + key +
           R"(,"relativeMountPath":"a")",
       "azureFileUrl"},
      {R"("accountName":"acct","azureFileUrl":"sh",)" + key + R"(,"relativeMountPath":"a")",
       "azureFileUrl"},
      {R"("accountName":"acct","azureFileUrl":"https://acct.file.x/sh/deep",)" + key +
           R"(,"relativeMountPath":"a")",
       "azureFileUrl"},
  };
  for (const auto& [fields, name] : rows) {
    const auto refused = parse(R"({"azureFileShares":[{)" + fields + "}]}");
    ASSERT_TRUE(refused.has_error()) << fields;
    EXPECT_EQ(refused.error().target,
              std::string("properties.mountVolumes.azureFileShares[0].") + name)
        << fields;
  }
}

TEST_F(VolumesTest, NoneIsMountedWhereAnotherIs) {
  const auto at = [](const std::string& path) {
    return R"({"accountName":"acct","azureFileUrl":"https://acct.file.core.windows.net/s",)"
           R"("credentials":{"accountKey":"a2V5"},"relativeMountPath":")" +
           path + "\"}";
  };
  for (const auto& [one, other] : std::vector<std::pair<std::string, std::string>>{
           {"a", "a"}, {"a", "a/"}, {"a", "a/b"}, {"a/b/c", "a"}}) {
    EXPECT_EQ(parse(R"({"azureFileShares":[)" + at(one) + "," + at(other) + "]}").error().target,
              "properties.mountVolumes.azureFileShares[1].relativeMountPath")
        << one << " " << other;
  }
  EXPECT_TRUE(parse(R"({"azureFileShares":[)" + at("a") + "," + at("ab") + "," + at("b/a") + "]}"));
}

TEST_F(VolumesTest, FileServersAndKeyVaultsAreNotBuilt) {
  const char* rows[] = {
      R"({"fileServers":[{"fileServer":{"id":"/x"},"relativeMountPath":"nfs"}]})",
      R"({"azureBlobFileSystems":[{"accountName":"a","containerName":"c","relativeMountPath":"b",
          "credentials":{"accountKeySecretReference":{"sourceVault":{"id":"x"},"secretUrl":"y"}}}]})"};
  for (const char* mounts : rows) {
    EXPECT_EQ(parse(mounts).error().code, base::ErrorCode::NotImplemented) << mounts;
  }
}

TEST(PlaceOf, APathLeadsToTheVolumeThatHoldsIt) {
  const std::vector<domain::Volume> job{
      {domain::VolumeKind::Share, "afs", "acct", "sh", "", ""},
      {domain::VolumeKind::Container, "afs/blobs", "acct", "co", "", ""},
      {domain::VolumeKind::Command, "own", "", "", "", "mount"}};
  const std::vector<domain::Volume> cluster{
      {domain::VolumeKind::Container, "ext", "other", "data", "", ""}};
  using Place = std::optional<domain::FilePlace>;
  const std::pair<const char*, Place> rows[] = {
      {"$AZ_BATCHAI_JOB_MOUNT_ROOT/afs", Place({"acct.file", "sh", ""})},
      {"${AZ_BATCHAI_JOB_MOUNT_ROOT}//afs/./x/y/", Place({"acct.file", "sh", "x/y"})},
      {"$AZ_BATCHAI_JOB_MOUNT_ROOT/afs/blobs/z", Place({"acct", "co", "z"})},
      {"$AZ_BATCHAI_MOUNT_ROOT/ext/logs", Place({"other", "data", "logs"})},
      {"$AZ_BATCHAI_MOUNT_ROOT/afs", std::nullopt},
      {"$AZ_BATCHAI_JOB_MOUNT_ROOT/afsx", std::nullopt},
      {"$AZ_BATCHAI_JOB_MOUNT_ROOT/own/x", std::nullopt},
      {"$AZ_BATCHAI_JOB_MOUNT_ROOT/afs/../../etc", std::nullopt},
      {"$AZ_BATCHAI_JOB_MOUNT_ROOT", std::nullopt},
      {"/tmp/afs", std::nullopt},
      {"$UNDEFINED/afs", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& [path, place] : rows) {
    EXPECT_EQ(place_of(path, {job, cluster}), place) << path;
  }
}

}  // namespace
}  // namespace homeport::api::batchai
