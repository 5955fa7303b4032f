#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/file.hpp"
#include "base/result.hpp"

namespace homeport::engine::local {

/// A process, told apart from a later one that got its number by the time it started.
struct ProcessIdentity {
  pid_t pid = 0;
  uint64_t start_time = 0;  ///< field 22 of /proc/PID/stat, in clock ticks since boot
  bool operator==(const ProcessIdentity&) const = default;
};

/// nullopt if there is no such process, or only its zombie.
std::optional<ProcessIdentity> identify_process(pid_t pid);

/// True while that very process lives.
bool is_alive(const ProcessIdentity& process);

/// A descriptor that becomes readable when the process ends. NotFound if it has ended already.
base::Result<base::FileDescriptor> open_process(const ProcessIdentity& process);

/// Starts `program CONFIG` in a session of its own, its output appended to `log`, nothing else
/// inherited. Returns its pid, which the caller must reap.
base::Result<pid_t> spawn_agent(const std::filesystem::path& program,
                                const std::filesystem::path& config,
                                const std::filesystem::path& log);

/// The last line of a log that says something; "" if there is none.
std::string last_line(const std::filesystem::path& log);

}  // namespace homeport::engine::local
