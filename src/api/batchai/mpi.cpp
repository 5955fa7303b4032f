#include "api/batchai/mpi.hpp"

#include <fmt/format.h>

#include "api/batchai/variables.hpp"

namespace homeport::api::batchai {

std::vector<std::string> mpi_command(const std::string& line, int processes) {
  // The user's line is a word of its own and needs no quoting. Ranks are dealt out over the nodes
  // in turn, however many processors these have.
  const std::string start = fmt::format(
      R"(exec mpirun -n {} --hostfile "${}" --map-by node --oversubscribe /bin/bash -c "$1")",
      processes, variable::kMpiHostFile);
  return {"/bin/bash", "-c", start, "mpirun", line};
}

}  // namespace homeport::api::batchai
