#include "service/run_removal.hpp"

#include <filesystem>
#include <system_error>

#include "objects/object_store.hpp"
#include "service/run_files.hpp"
#include "service/run_places.hpp"
#include "service/workspaces.hpp"

namespace homeport::service {
namespace {

/// An agent may be clearing up in there as well.
constexpr int kTries = 3;

base::Result<void> remove_tree(const std::filesystem::path& path) {
  std::error_code failed;
  for (int i = 0; i < kTries; ++i) {
    std::filesystem::remove_all(path, failed);
    // No folder can have the longest of ids, so none has.
    if (!failed || failed == std::errc::filename_too_long) return base::success();
  }
  return base::system_error("cannot remove " + path.string(), failed.value());
}

/// Those that are no plain files under their names, too: the rest goes with the folder.
base::Result<void> remove_objects(const Context& context, const objects::ContainerName& container,
                                  const std::string& prefix) {
  objects::ListQuery query{.prefix = prefix};
  do {
    auto listed = context.objects.list(container, query);
    if (listed.has_error() && listed.error().code == base::ErrorCode::NotFound) break;
    HP_TRY(const auto page, std::move(listed));
    for (const objects::ListEntry& entry : page.entries) {
      auto removed =
          context.objects.remove({container.account, container.container, entry.name}, {});
      if (removed.has_error() && removed.error().code != base::ErrorCode::NotFound) return removed;
    }
    query.start = page.next;
  } while (!query.start.empty());
  return base::success();
}

}  // namespace

base::Result<void> remove_run_files(const Context& context, const domain::Workspace& workspace,
                                    const domain::RunId& run) {
  const objects::ContainerName container{workspace.storage_account, kRunContainer};
  std::string prefix = artifact_prefix(run);
  HP_TRYV(remove_objects(context, container, prefix));
  prefix.pop_back();
  const auto folder = context.objects.local_path(container, prefix, objects::Make::No);
  if (folder.has_value()) {
    HP_TRYV(remove_tree(folder.value()));
  } else if (folder.error().code != base::ErrorCode::NotFound &&
             folder.error().code != base::ErrorCode::InvalidArgument) {
    return folder.error();
  }
  return remove_tree(run_directory(context, workspace.id, run));
}

base::Result<void> remove_run_directories(const Context& context,
                                          const domain::WorkspaceId& workspace) {
  return remove_tree(context.data_directory / "runs" / workspace.text());
}

}  // namespace homeport::service
