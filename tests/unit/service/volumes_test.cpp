#include "service/volumes.hpp"

#include <gmock/gmock.h>

#include "objects/shares.hpp"
#include "service_fixture.hpp"

namespace homeport::service {
namespace {

using domain::Volume;
using domain::VolumeKind;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Volumes : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    account = workspace.storage_account;
    ASSERT_TRUE(objects->create_container({account, "box"}, {}).has_value());
    ASSERT_TRUE(
        objects->create_container({objects::share_account(account), "share"}, {}).has_value());
  }
  Volume volume(VolumeKind kind, const std::string& path, const std::string& name) const {
    const auto key = storage_account_key(context, account);
    return {kind, path, account, name, keyring->encrypt(key.value()), ""};
  }
  base::Result<VolumePlan> plan(const std::vector<Volume>& volumes) const {
    VolumePlan made;
    HP_TRYV(plan_volumes(context, volumes, "/mounts", "/own", made));
    return made;
  }
  /// The sentence of an error that has the right reason.
  std::string why_not(const std::vector<Volume>& volumes) const {
    const auto made = plan(volumes);
    if (made.has_value()) return "it was planned";
    return made.error().reason == engine::kMountFailed ? made.error().message
                                                       : "reason " + made.error().reason;
  }

  std::string account;
};

TEST_F(Volumes, AContainerAndAShareAreMountedWhereTheyLie) {
  const auto made = plan({volume(VolumeKind::Container, "bfs", "box"),
                          volume(VolumeKind::Share, "deep/afs", "share")});
  ASSERT_TRUE(made.has_value()) << made.error().message;
  ASSERT_EQ(made.value().mounts.size(), 2U);
  EXPECT_EQ(made.value().mounts[0].source,
            objects->local_path({account, "box"}, "", objects::Make::No).value());
  EXPECT_EQ(made.value().mounts[0].target, "/mounts/bfs");
  EXPECT_EQ(made.value().mounts[1].source,
            objects->local_path({objects::share_account(account), "share"}, "", objects::Make::No)
                .value());
  EXPECT_EQ(made.value().mounts[1].target, "/mounts/deep/afs");
  EXPECT_TRUE(made.value().commands.empty());
}

TEST_F(Volumes, ACommandGetsAPlaceOfTheNodesOwnAsItsLastWord) {
  Volume wanted{VolumeKind::Command, "nfs", "", "", "", "mount -t nfs $SERVER:/data"};
  const auto made = plan({wanted});
  ASSERT_TRUE(made.has_value());
  ASSERT_EQ(made.value().commands.size(), 1U);
  EXPECT_EQ(made.value().commands[0].target, "/mounts/nfs");
  EXPECT_EQ(made.value().commands[0].process.argv,
            (std::vector<std::string>{"/bin/bash", "-c", "mount -t nfs $$SERVER:/data \"$$0\"",
                                      "/mounts/nfs"}));
  EXPECT_EQ(made.value().scratch,
            (std::vector<engine::ScratchOrder>{{"/own/nfs", "/mounts/nfs", false}}));
}

TEST_F(Volumes, WhatCannotBeMountedSaysWhichAndWhy) {
  Volume wrong_key = volume(VolumeKind::Share, "afs", "share");
  wrong_key.sealed_key = keyring->encrypt(security::Secret("bm90IHRoZSBrZXk="));
  EXPECT_THAT(why_not({wrong_key}),
              AllOf(StartsWith("share 'share' of the storage account '" + account + "'"),
                    HasSubstr("the key that was given")));
  Volume tampered = wrong_key;
  tampered.sealed_key = "not sealed at all";
  EXPECT_THAT(why_not({tampered}), HasSubstr("the key that was given"));
  Volume no_account = volume(VolumeKind::Container, "bfs", "box");
  no_account.account = "elsewhere";
  EXPECT_THAT(why_not({no_account}),
              StartsWith("container 'box' of the storage account 'elsewhere' cannot be mounted"));
  EXPECT_THAT(why_not({volume(VolumeKind::Container, "bfs", "share")}),
              AllOf(StartsWith("container 'share'"), HasSubstr("is not there")));
  EXPECT_THAT(why_not({volume(VolumeKind::Share, "afs", "box")}), StartsWith("share 'box'"));
}

TEST_F(Volumes, APathStaysBelowItsRootAndMeetsNoOther) {
  for (const char* path : {"", "/", "/etc", "..", "a/../../b", "a//b", "a/", "./a", "a/."}) {
    EXPECT_THAT(why_not({volume(VolumeKind::Container, path, "box")}), HasSubstr("relative path"))
        << path;
    EXPECT_TRUE(check_relative_mount_path(path, "field").has_error()) << path;
  }
  EXPECT_TRUE(check_relative_mount_path("a b/c..d/...", "field").has_value());
  EXPECT_THAT(why_not({volume(VolumeKind::Container, "same", "box"),
                       volume(VolumeKind::Share, "same/below", "share")}),
              HasSubstr("is taken by container 'box'"));
}

TEST_F(Volumes, AFolderIsMadeInWhatIsThere) {
  const auto made = make_folder(context, {account, "box", "a/b"});
  ASSERT_TRUE(made.has_value());
  EXPECT_TRUE(std::filesystem::is_directory(made.value()));
  const auto missing = make_folder(context, {account, "nothing", "a/b"});
  ASSERT_TRUE(missing.has_error());
  EXPECT_EQ(missing.error().reason, engine::kMountFailed);
}

}  // namespace
}  // namespace homeport::service
