#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "domain/cluster.hpp"
#include "domain/workspace.hpp"

namespace homeport::service {

/// What a writer believes of the thing that it changes: the change is made only if that is so, else
/// it is PreconditionFailed.
struct Precondition {
  std::vector<std::string> versions{};  ///< it has one of these; empty: any
  bool absent = false;                  ///< it is not there
};

/// Names one state of what clients can set, and no other of the same or of another thing. Nodes
/// that come and go do not change it. Letters, digits and '-', as an ETag takes them.
std::string version_of(const domain::Cluster& cluster);
std::string version_of(const domain::Workspace& workspace);

/// Whether something of this version may be changed or made anew; null: nothing is there.
base::Result<void> check_precondition(const Precondition& precondition, const std::string* version);

}  // namespace homeport::service
