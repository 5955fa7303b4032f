#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "domain/run.hpp"
#include "domain/workspace.hpp"
#include "objects/object_store.hpp"
#include "service/context.hpp"

/// Where the files of a run lie. Artifacts (logs, outputs, what was uploaded) are objects of the
/// workspace's own account, but for folders that its spec has elsewhere. Where its scratch lies,
/// service/run_places.hpp says.
namespace homeport::service {

/// "ExperimentRun/dcid.RUN/": the prefix of a run's artifacts in the container kRunContainer.
std::string artifact_prefix(const domain::RunId& run);

/// A file of a run by its path ("outputs/model.pkl"), among its artifacts or in the folder of its
/// spec that the path begins with. NotFound names the path.
base::Result<objects::ObjectInfo> find_artifact(const Context& context,
                                                const domain::Workspace& workspace,
                                                const domain::Run& run, const std::string& path);

/// All files of a run whose path starts with `prefix`, by name; names are paths relative to the
/// run. A folder whose container is gone is empty.
base::Result<std::vector<objects::ObjectInfo>> list_artifacts(const Context& context,
                                                              const domain::Workspace& workspace,
                                                              const domain::Run& run,
                                                              const std::string& prefix);

/// The object behind a run's path.
objects::ObjectName artifact_object(const domain::Workspace& workspace, const domain::Run& run,
                                    const std::string& path);

/// Where artifacts lie on the disk, made if needed.
base::Result<std::filesystem::path> artifact_directory(const Context& context,
                                                       const domain::Workspace& workspace,
                                                       const domain::RunId& run);

}  // namespace homeport::service
