#pragma once

#include <sys/types.h>

#include "agent/spawn.hpp"
#include "base/file.hpp"
#include "base/result.hpp"

namespace homeport::agent {

/// How a process below the agent becomes root of a user namespace of its own, in which nobody but
/// its user exists. The agent writes down who that is: so the process, which still holds the
/// agent's memory, need not open itself to the processes of its user.
struct RootTalk {
  base::FileDescriptor agent;
  base::FileDescriptor process;
};
base::Result<RootTalk> open_root_talk();

/// In the process, after it has become its user. `more`: further namespaces, as unshare takes them.
/// Allocates nothing. False with errno if that cannot be.
bool become_root_inside(int talk, int more);

/// In the agent, which must have closed the other end: waits until `process` has asked.
/// PermissionDenied and others where the machine forbids it.
base::Result<void> grant_root_inside(int talk, pid_t process, const Identity& who);

/// Whether the machine allows all of this; tried once.
bool root_inside_allowed(const Identity& who);

}  // namespace homeport::agent
