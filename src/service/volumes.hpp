#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "domain/volume.hpp"
#include "engine/engine.hpp"
#include "service/context.hpp"

namespace homeport::service {

/// The place of a volume below its root: plain names between slashes, none of them "." or "..".
/// InvalidArgument naming `field`.
base::Result<void> check_relative_mount_path(const std::string& path, const std::string& field);

/// What the volumes of a cluster and of a run become on one node.
struct VolumePlan {
  std::vector<engine::MountOrder> mounts;
  std::vector<engine::ScratchOrder> scratch;    ///< what commands mount upon
  std::vector<engine::VolumeCommand> commands;  ///< without their variables
};

/// Adds `volumes` to the plan, to be seen below `root`. `own` is a directory of the node's for what
/// commands put into their places. A volume that cannot be mounted (its account, container or share
/// is not there, the key is not the account's, its path leaves the root or meets another's) is an
/// error with the reason "MountFailed"; its sentence begins with "share 'NAME' of", "container
/// 'NAME' of" or "the file system at" and names the account.
base::Result<void> plan_volumes(const Context& context, const std::vector<domain::Volume>& volumes,
                                const std::filesystem::path& root, const std::filesystem::path& own,
                                VolumePlan& plan);

/// Where a folder of an account lies on this machine, made if it is not there; the container has to
/// be. The same error.
base::Result<std::filesystem::path> make_folder(const Context& context,
                                                const domain::FilePlace& place);

}  // namespace homeport::service
