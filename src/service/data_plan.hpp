#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "domain/run_spec.hpp"
#include "domain/workspace.hpp"
#include "engine/engine.hpp"
#include "service/context.hpp"

namespace homeport::service {

/// What data references become: paths for the processes, mounts and copies for the agent.
struct DataPlan {
  std::map<std::string, std::string> paths;  ///< as processes see them, by the reference's name
  std::vector<engine::MountOrder> mounts;
  std::vector<engine::CopyOrder> downloads;
  std::vector<engine::CopyOrder> uploads;
};

/// Adds a reference to the plan. NotFound where its datastore, or what it names there, is not.
base::Result<void> plan_reference(const Context& context, const domain::DataReference& reference,
                                  const domain::Workspace& workspace,
                                  const std::filesystem::path& run_directory,
                                  const std::filesystem::path& project, DataPlan& plan);

}  // namespace homeport::service
