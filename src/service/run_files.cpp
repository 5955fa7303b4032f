#include "service/run_files.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "service/workspaces.hpp"

namespace homeport::service {

std::string artifact_prefix(const domain::RunId& run) {
  return "ExperimentRun/dcid." + run.text() + "/";
}

namespace {

/// The innermost folder of the run that `path` lies in; null if it is one of its artifacts.
const domain::RunFolder* folder_of(const domain::Run& run, std::string_view path) {
  const domain::RunFolder* found = nullptr;
  if (!run.spec) return found;
  for (const domain::RunFolder& folder : run.spec->folders) {
    if (!path.starts_with(folder.name + "/")) continue;
    if (found == nullptr || folder.name.size() > found->name.size()) found = &folder;
  }
  return found;
}

/// What names in the folder's container begin with.
std::string root_of(const domain::RunFolder& folder) {
  return folder.place.path.empty() ? std::string() : folder.place.path + "/";
}

/// Adds what is called `root` + something that begins with `prefix`; to the run, the root is
/// `shown`.
base::Result<void> list_below(const Context& context, const objects::ContainerName& container,
                              const std::string& root, const std::string& prefix,
                              const std::string& shown, std::vector<objects::ObjectInfo>& files) {
  objects::ListQuery query{.prefix = root + prefix};
  do {
    HP_TRY(auto listing, context.objects.list(container, query));
    for (objects::ListEntry& entry : listing.entries) {
      if (!entry.object) continue;
      entry.object->name = shown + entry.name.substr(root.size());
      files.push_back(std::move(*entry.object));
    }
    query.start = listing.next;
  } while (!query.start.empty());
  return base::success();
}

base::Result<void> list_folder(const Context& context, const domain::RunFolder& folder,
                               const std::string& prefix, std::vector<objects::ObjectInfo>& files) {
  const std::string shown = folder.name + "/";
  const bool inside = prefix.starts_with(shown);
  if (!inside && !shown.starts_with(prefix)) return base::success();
  const auto listed =
      list_below(context, {folder.place.account, folder.place.container}, root_of(folder),
                 inside ? prefix.substr(shown.size()) : "", shown, files);
  const bool gone = listed.has_error() && listed.error().code == base::ErrorCode::NotFound;
  return gone ? base::success() : listed;
}

}  // namespace

objects::ObjectName artifact_object(const domain::Workspace& workspace, const domain::Run& run,
                                    const std::string& path) {
  if (const domain::RunFolder* folder = folder_of(run, path)) {
    return {folder->place.account, folder->place.container,
            root_of(*folder) + path.substr(folder->name.size() + 1)};
  }
  return {workspace.storage_account, kRunContainer, artifact_prefix(run.id) + path};
}

base::Result<objects::ObjectInfo> find_artifact(const Context& context,
                                                const domain::Workspace& workspace,
                                                const domain::Run& run, const std::string& path) {
  auto found = context.objects.find(artifact_object(workspace, run, path));
  if (found.has_error() && found.error().code == base::ErrorCode::NotFound) {
    return base::not_found("ArtifactNotFound",
                           fmt::format("run {} has no file '{}'", run.id.text(), path));
  }
  HP_TRY(auto info, std::move(found));
  info.name = path;
  return info;
}

base::Result<std::vector<objects::ObjectInfo>> list_artifacts(const Context& context,
                                                              const domain::Workspace& workspace,
                                                              const domain::Run& run,
                                                              const std::string& prefix) {
  std::vector<objects::ObjectInfo> files;
  HP_TRYV(list_below(context, {workspace.storage_account, kRunContainer}, artifact_prefix(run.id),
                     prefix, "", files));
  if (!run.spec || run.spec->folders.empty()) return files;
  // What a folder covers is not there for anybody.
  std::erase_if(
      files, [&](const objects::ObjectInfo& file) { return folder_of(run, file.name) != nullptr; });
  for (const domain::RunFolder& folder : run.spec->folders) {
    std::vector<objects::ObjectInfo> below;
    HP_TRYV(list_folder(context, folder, prefix, below));
    std::erase_if(below, [&](const objects::ObjectInfo& file) {
      return folder_of(run, file.name) != &folder;
    });
    files.insert(files.end(), below.begin(), below.end());
  }
  std::sort(files.begin(), files.end(),
            [](const auto& one, const auto& other) { return one.name < other.name; });
  return files;
}

base::Result<std::filesystem::path> artifact_directory(const Context& context,
                                                       const domain::Workspace& workspace,
                                                       const domain::RunId& run) {
  std::string prefix = artifact_prefix(run);
  prefix.pop_back();
  return context.objects.local_path({workspace.storage_account, kRunContainer}, prefix,
                                    objects::Make::Directories);
}

}  // namespace homeport::service
