#pragma once

#include <vector>

#include "domain/attempt.hpp"
#include "domain/run_spec.hpp"

namespace homeport::planner {

/// The processes of one attempt, laid over `node_count` nodes in the order in which they start:
/// parameter servers ("ps") before workers ("worker"), each role dealt out over the nodes in turn;
/// one "main" per node for a single layout, one on the first node for a head layout, ranks
/// ("rank") dealt out likewise. Ports are left 0. Log names come from `names`, with {role} and
/// {index} filled in; a run of one process has the plain one.
std::vector<domain::ProcessRecord> lay_out(const domain::Layout& layout,
                                           const domain::LogNames& names, int node_count);

/// Whether the run waits for this process: servers are ended once the others have.
bool is_counted(const domain::ProcessRecord& process);

}  // namespace homeport::planner
