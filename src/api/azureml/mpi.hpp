#pragma once

#include <string>
#include <vector>

namespace homeport::api::azureml {

/// Where a run of MPI finds its nodes; the name is that of Batch AI, whose nodes these once were.
inline constexpr const char* kMpiHostFile = "AZ_BATCHAI_MPI_HOST_FILE";

/// The words of mpirun that stand before a command, of which it starts `per_node` ranks on each of
/// `nodes` nodes; those of one node have ranks in a row.
std::vector<std::string> mpi_launcher(int per_node, int nodes);

}  // namespace homeport::api::azureml
