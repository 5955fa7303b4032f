#pragma once

#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "domain/ids.hpp"

namespace homeport::domain {

/// A project folder as it was at submit: a zip under DATA/snapshots.
struct ProjectSnapshot {
  SnapshotId id;
  WorkspaceId workspace_id;
  std::string file;  ///< relative to the data directory
  uint64_t size_bytes = 0;
  base::TimePoint created_at{};

  bool operator==(const ProjectSnapshot&) const = default;
};

}  // namespace homeport::domain
