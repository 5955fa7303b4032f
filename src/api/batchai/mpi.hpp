#pragma once

#include <string>
#include <vector>

namespace homeport::api::batchai {

/// What starts `processes` ranks of a command line from the first node of a job: mpirun over the
/// job's host file, each rank in a shell of its own, so that `line` is expanded where it runs.
std::vector<std::string> mpi_command(const std::string& line, int processes);

}  // namespace homeport::api::batchai
