#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/batchai/schema.hpp"
#include "domain/volume.hpp"
#include "security/tokens.hpp"

namespace homeport::api::batchai {

/// The file systems that `owner` (the conformed properties of a job or a cluster's nodeSetup, which
/// stood at `path` of the body) mounts. Keys are sealed. InvalidArgument naming the field: no key,
/// a URL that names no share of the account, a mount path that leaves its root or is taken twice.
base::Result<std::vector<domain::Volume>> parse_volumes(const boost::json::object& owner,
                                                        const std::string& path,
                                                        const Conformed& body,
                                                        const security::Keyring& keyring);

/// The volumes that a job can see, and how its paths name their roots.
struct MountRoots {
  const std::vector<domain::Volume>& of_job;
  const std::vector<domain::Volume>& of_cluster;
};

/// Where a path such as "$AZ_BATCHAI_JOB_MOUNT_ROOT/afs/results" leads to in a storage account;
/// nullopt if it is on no share and no container.
std::optional<domain::FilePlace> place_of(std::string_view path, const MountRoots& roots);

/// `place` with more of a path behind it.
domain::FilePlace below(domain::FilePlace place, std::string_view path);

}  // namespace homeport::api::batchai
