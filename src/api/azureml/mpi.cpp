#include "api/azureml/mpi.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace homeport::api::azureml {

std::vector<std::string> mpi_launcher(int per_node, int nodes) {
  return {"mpirun",
          "-n",
          std::to_string(std::int64_t{per_node} * nodes),
          "--hostfile",
          fmt::format("${}", kMpiHostFile),
          "--map-by",
          fmt::format("ppr:{}:node", per_node),
          "--oversubscribe"};
}

}  // namespace homeport::api::azureml
