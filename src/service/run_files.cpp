#include "service/run_files.hpp"

#include <fmt/format.h>

#include "service/workspaces.hpp"

namespace homeport::service {

std::string artifact_prefix(const domain::RunId& run) {
  return "ExperimentRun/dcid." + run.text() + "/";
}

std::filesystem::path run_directory(const Context& context, const domain::WorkspaceId& workspace,
                                    const domain::RunId& run) {
  return context.data_directory / "runs" / workspace.text() / run.text();
}

objects::ObjectName artifact_object(const domain::Workspace& workspace, const domain::RunId& run,
                                    const std::string& path) {
  return {workspace.storage_account, kRunContainer, artifact_prefix(run) + path};
}

base::Result<objects::ObjectInfo> find_artifact(const Context& context,
                                                const domain::Workspace& workspace,
                                                const domain::RunId& run, const std::string& path) {
  auto found = context.objects.find(artifact_object(workspace, run, path));
  if (found.has_error() && found.error().code == base::ErrorCode::NotFound) {
    return base::not_found("ArtifactNotFound",
                           fmt::format("run {} has no file '{}'", run.text(), path));
  }
  HP_TRY(auto info, std::move(found));
  info.name = path;
  return info;
}

base::Result<std::vector<objects::ObjectInfo>> list_artifacts(const Context& context,
                                                              const domain::Workspace& workspace,
                                                              const domain::RunId& run,
                                                              const std::string& prefix) {
  const std::string root = artifact_prefix(run);
  std::vector<objects::ObjectInfo> files;
  objects::ListQuery query{.prefix = root + prefix};
  do {
    HP_TRY(auto listing, context.objects.list({workspace.storage_account, kRunContainer}, query));
    for (objects::ListEntry& entry : listing.entries) {
      if (!entry.object) continue;
      entry.object->name = entry.name.substr(root.size());
      files.push_back(std::move(*entry.object));
    }
    query.start = listing.next;
  } while (!query.start.empty());
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
