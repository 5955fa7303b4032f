#pragma once

#include <string>

#include "base/clock.hpp"
#include "domain/ids.hpp"
#include "domain/workspace.hpp"

namespace homeport::domain {

enum class DatastoreKind { Blob, FileShare };

/// A named container or share. Local ones belong to the workspace's own account under objects/.
struct Datastore {
  WorkspaceId workspace_id;
  std::string name;  ///< compared without case
  DatastoreKind kind = DatastoreKind::Blob;
  std::string account;
  std::string container;
  std::string sealed_account_key;  ///< of a foreign account; empty for the workspace's own
  std::string sealed_sas_token;
  std::string protocol = "https";
  std::string endpoint;  ///< of a foreign account; empty for our own
  Tags tags;
  base::TimePoint created_at{};

  bool operator==(const Datastore&) const = default;
};

}  // namespace homeport::domain
