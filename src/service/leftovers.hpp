#pragma once

#include <chrono>

#include "service/context.hpp"

namespace homeport::service {

/// Removes what lies below DATA/clusters of clusters and nodes that the ledger does not know any
/// more. What a node left (output of its setup) stays for `keep` after it was last written to.
/// Takes its time: for a thread that may wait.
void remove_cluster_leftovers(const Context& context, std::chrono::hours keep);

}  // namespace homeport::service
