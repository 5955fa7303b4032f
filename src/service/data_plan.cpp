#include "service/data_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "objects/object_store.hpp"
#include "service/datastores.hpp"

namespace homeport::service {
namespace {

/// A mount shows the whole store, as the service's did: what is made there later is seen, and two
/// references share it.
base::Result<void> plan_mount(const Context& context, const domain::DataReference& reference,
                              const objects::ContainerName& container, const std::string& store,
                              const std::string& path, const std::filesystem::path& run_directory,
                              DataPlan& plan) {
  HP_TRY(const std::filesystem::path root,
         context.objects.local_path(container, "", objects::Make::No));
  const std::filesystem::path target = run_directory / "mounts" / store;
  const engine::MountOrder order{root.string(), target.string(), false};
  if (std::find(plan.mounts.begin(), plan.mounts.end(), order) == plan.mounts.end()) {
    plan.mounts.push_back(order);
  }
  plan.paths[reference.name] = path.empty() ? target.string() : (target / path).string();
  return base::success();
}

/// Copies before the run (download) or after it (upload).
base::Result<void> plan_copy(const Context& context, const domain::DataReference& reference,
                             const objects::ContainerName& container, const std::string& path,
                             const std::filesystem::path& run_directory,
                             const std::filesystem::path& project, DataPlan& plan) {
  const bool upload = reference.mode == domain::DataMode::Upload;
  const auto place = context.objects.local_path(
      container, path, upload ? objects::Make::Directories : objects::Make::No);
  if (place.has_error() && place.error().code == base::ErrorCode::NotFound) {
    return base::not_found("DataNotFound",
                           fmt::format("datastore '{}' has no '{}'", reference.datastore, path));
  }
  HP_TRY(const std::filesystem::path stored, place);
  // An absolute path was a place of the service's own container; here it stays inside the run's
  // folder.
  const std::filesystem::path wished(reference.path_on_compute);
  const std::filesystem::path local = wished.empty() || wished.is_absolute()
                                          ? run_directory / "data" / reference.name
                                          : project / wished;
  // A file keeps its name in the folder that it is copied to.
  const bool one_file = !upload && std::filesystem::is_regular_file(stored);
  plan.paths[reference.name] = (one_file ? local / stored.filename() : local).string();
  if (upload) {
    plan.uploads.push_back({local.string(), stored.string(), reference.overwrite});
  } else {
    plan.downloads.push_back({stored.string(), local.string(), reference.overwrite});
  }
  return base::success();
}

}  // namespace

base::Result<void> plan_reference(const Context& context, const domain::DataReference& reference,
                                  const domain::Workspace& workspace,
                                  const std::filesystem::path& run_directory,
                                  const std::filesystem::path& project, DataPlan& plan) {
  HP_TRY(const domain::Datastore datastore,
         get_datastore(context, workspace.id, reference.datastore));
  const objects::ContainerName container = place_of(datastore);
  std::string path = reference.path_on_datastore;
  while (path.starts_with('/')) path.erase(0, 1);
  while (path.ends_with('/')) path.pop_back();
  if (reference.mode == domain::DataMode::Mount) {
    return plan_mount(context, reference, container, datastore.name, path, run_directory, plan);
  }
  return plan_copy(context, reference, container, path, run_directory, project, plan);
}

}  // namespace homeport::service
