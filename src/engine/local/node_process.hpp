#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.hpp"
#include "base/result.hpp"

namespace homeport::engine {

/// Writes the agent's program below `data_directory` under the hash of its bytes, if it is not
/// there, and beside it a link of the name that makes it a door client; the path of it.
base::Result<std::filesystem::path> install_agent(const std::filesystem::path& data_directory,
                                                  std::string_view program);

/// Starts `program config` in a session of its own, output to `log`. The child is ours to reap.
base::Result<pid_t> start_agent(const std::filesystem::path& program,
                                const std::filesystem::path& config,
                                const std::filesystem::path& log);

/// Field 22 of /proc/PID/stat: tells a process from a later one of the same pid. nullopt: no such
/// process, or it is a zombie.
std::optional<std::uint64_t> start_time(pid_t pid);

/// A descriptor that becomes readable when the process ends. Not valid if there is none.
base::FileDescriptor open_process(pid_t pid);

/// SIGKILL to every process that carries `variable` ("NAME=value") in its environment: what a dead
/// agent without a pid namespace left behind.
void kill_leftovers(const std::string& variable);

/// The last line of an agent's log, for the reason why it did not come up.
std::string last_log_line(const std::filesystem::path& log);

}  // namespace homeport::engine
