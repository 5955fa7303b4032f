#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace homeport::agent {

/// Who a program runs as.
struct Identity {
  bool change = false;  ///< false: as the agent itself
  uid_t uid = 0;
  gid_t gid = 0;
};

struct SpawnOrder {
  std::vector<std::string> argv;
  std::map<std::string, std::string> variables;
  int directory = -1;  ///< open directory to start in
  int output = -1;     ///< standard output, and error unless that has its own
  int errors = -1;     ///< standard error; -1: as the output
  Identity identity;
  bool root_inside = false;     ///< root of a user namespace of its own; see root_inside.hpp
  bool die_with_agent = false;  ///< where no pid namespace sees to it
};

/// Starts a program as the leader of its own session: no privileges, no new ones to be had, no
/// open files but the three standard ones (input is empty), umask 022. A word without a slash is
/// looked up in the PATH of `variables`. The error names the program and what the kernel said:
/// NotFound, PermissionDenied ...
base::Result<pid_t> spawn(const SpawnOrder& order);

/// Becomes `identity` for good, without capabilities; for tasks that the agent forks off.
base::Result<void> become(const Identity& identity);

}  // namespace homeport::agent
