#pragma once

#include "base/id.hpp"

namespace homeport::domain {

using WorkspaceId = base::Id<struct WorkspaceTag>;    ///< UUID
using ClusterId = base::Id<struct ClusterTag>;        ///< UUID
using NodeId = base::Id<struct NodeTag>;              ///< "tvm-" and 12 hex digits
using ExperimentId = base::Id<struct ExperimentTag>;  ///< UUID
using RunId = base::Id<struct RunTag>;            ///< chosen by the client; unique in its workspace
using SnapshotId = base::Id<struct SnapshotTag>;  ///< UUID
using OperationId = base::Id<struct OperationTag>;  ///< UUID

}  // namespace homeport::domain
