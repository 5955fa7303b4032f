#include "service/datastores.hpp"

#include <filesystem>

#include "objects/shares.hpp"
#include "service_fixture.hpp"

namespace homeport::service {
namespace {

class Datastores : public ServiceTest {};

TEST_F(Datastores, AShareLiesBesideTheContainersOfItsAccount) {
  const auto share = get_datastore(context, workspace.id, kFileDatastore).value();
  const objects::ContainerName place = place_of(share);
  EXPECT_EQ(share.account, workspace.storage_account);
  EXPECT_EQ(place.account, workspace.storage_account + ".file");
  const auto path = objects->local_path(place, "", objects::Make::No);
  ASSERT_TRUE(path.has_value()) << path.error().message;
  EXPECT_TRUE(std::filesystem::is_directory(path.value()));
}

TEST_F(Datastores, AShareAndAContainerOfOneNameAreTwoThings) {
  DatastoreDraft draft;
  draft.account = workspace.storage_account;
  draft.container = "both";
  for (const auto kind : {domain::DatastoreKind::Blob, domain::DatastoreKind::FileShare}) {
    draft.name = kind == domain::DatastoreKind::Blob ? "blobs" : "files";
    draft.kind = kind;
    ASSERT_TRUE(register_datastore(context, workspace, draft, Replace::No).has_value());
  }
  const auto blobs = place_of(get_datastore(context, workspace.id, "blobs").value());
  const auto files = place_of(get_datastore(context, workspace.id, "files").value());
  EXPECT_NE(objects->local_path(blobs, "", objects::Make::No).value(),
            objects->local_path(files, "", objects::Make::No).value());
}

}  // namespace
}  // namespace homeport::service
