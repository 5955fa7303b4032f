#pragma once

#include <map>
#include <string>

namespace homeport::agent {

/// What makes Open MPI, as a user calls it, work between the nodes of an attempt without ssh: its
/// daemons are started by `start_program`, and its processes reach each other although nodes share
/// one machine. `own_memory`: this node's shared memory is not other nodes'. Ports are left to the
/// kernel: each process tells the others the one that it was given.
std::map<std::string, std::string> mpi_variables(const std::string& start_program, bool own_memory);

}  // namespace homeport::agent
