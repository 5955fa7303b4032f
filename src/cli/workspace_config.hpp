#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "domain/workspace.hpp"

namespace homeport::cli {

/// What `.azureml/config.json` says: the SDK's three keys, and whose server they are on.
struct WorkspaceConfig {
  domain::WorkspaceKey workspace;
  std::string url;  ///< empty in a file that the published SDK wrote
};

/// The nearest configuration in `start` or a folder above it, in the SDK's places: `.azureml/`,
/// `aml_config/`, the folder itself (there only if it names a workspace). nullopt where there is
/// none; Internal if one is there and cannot be read.
base::Result<std::optional<WorkspaceConfig>> find_workspace_config(
    const std::filesystem::path& start);

/// Writes `folder`/.azureml/config.json. Other keys of the file stay, and where it already names
/// this server its workspace stays too. Errors are those of the disk.
base::Result<void> write_workspace_config(const std::filesystem::path& folder,
                                          const WorkspaceConfig& config);

}  // namespace homeport::cli
