#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/clock.hpp"
#include "domain/ids.hpp"

namespace homeport::domain {

using Tags = std::map<std::string, std::string>;

/// Where a workspace stands in the tree of subscriptions and resource groups; compared without
/// case.
struct WorkspaceKey {
  std::string subscription_id;
  std::string resource_group;
  std::string name;

  bool operator==(const WorkspaceKey&) const = default;
};

struct Workspace {
  WorkspaceId id;
  WorkspaceKey key;
  std::string location;
  std::string friendly_name;
  std::string description;
  Tags tags;
  base::TimePoint created_at{};
  std::string storage_account;     ///< the workspace's own account, named in objects/
  std::string sealed_account_key;  ///< encrypted with the server's keyring
  std::string default_datastore;
  OperationId deletion;   ///< that removes it; empty: none does
  uint64_t revision = 1;  ///< counts what clients changed

  bool operator==(const Workspace&) const = default;
};

}  // namespace homeport::domain
