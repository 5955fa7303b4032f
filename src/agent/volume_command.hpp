#pragma once

#include <functional>
#include <string>

#include "agent/processes.hpp"
#include "agent/spawn.hpp"
#include "agent/workplace.hpp"

namespace homeport::agent {

/// Runs a command that mounts a file system at `target` (as user code sees it), and brings what it
/// mounted into the node's own mount namespace. The command is root of a user and a mount namespace
/// of its own where the machine allows; what it leaves running (a file system in user space) goes
/// on. Of `order`, where output goes and who it runs as is filled in here.
///
/// `then` is called once, later, unless the result is an error; its error says how the command
/// ended and what it said last.
base::Result<void> start_volume_command(const NodeSandbox& sandbox, Processes& processes,
                                        Workplace& workplace, SpawnOrder order,
                                        const std::string& target,
                                        std::function<void(base::Result<void>)> then);

}  // namespace homeport::agent
