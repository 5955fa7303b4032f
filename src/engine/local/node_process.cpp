#include "engine/local/node_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <vector>

#include "base/text.hpp"

namespace homeport::engine::local {

std::optional<ProcessIdentity> identify_process(pid_t pid) {
  const auto stat = base::read_file(fmt::format("/proc/{}/stat", pid));
  if (stat.has_error()) return std::nullopt;
  // The name stands in parentheses and may hold blanks and parentheses: fields count from its end.
  const size_t name_end = stat.value().rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  const std::vector<std::string> fields =
      base::split(std::string_view(stat.value()).substr(name_end + 2), ' ');
  constexpr size_t kState = 0;
  constexpr size_t kStartTime = 19;  // field 22, counted from the state, field 3
  if (fields.size() <= kStartTime || fields[kState] == "Z" || fields[kState] == "X") {
    return std::nullopt;
  }
  const std::optional<int64_t> start = base::parse_integer(fields[kStartTime]);
  if (!start) return std::nullopt;
  return ProcessIdentity{pid, static_cast<uint64_t>(*start)};
}

bool is_alive(const ProcessIdentity& process) {
  return process.pid > 0 && identify_process(process.pid) == process;
}

base::Result<base::FileDescriptor> open_process(const ProcessIdentity& process) {
  base::FileDescriptor fd(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
  // The number may have passed to another process between our look and the open.
  if (!fd.valid() || !is_alive(process)) {
    return base::not_found("ProcessGone", fmt::format("process {} has ended", process.pid));
  }
  return fd;
}

base::Result<pid_t> spawn_agent(const std::filesystem::path& program,
                                const std::filesystem::path& config,
                                const std::filesystem::path& log) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  sigset_t all;
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(
      &attributes,
      static_cast<short>(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
  std::string words[] = {program.string(), config.string()};
  char* argv[] = {words[0].data(), words[1].data(), nullptr};
  std::string path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  char* environment[] = {path.data(), nullptr};
  pid_t pid = 0;
  const int failed = ::posix_spawn(&pid, program.c_str(), &actions, &attributes, argv, environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return base::system_error("cannot start the agent", failed);
  return pid;
}

std::string last_line(const std::filesystem::path& log) {
  const auto text = base::read_file(log);
  if (text.has_error()) return "";
  const std::string_view trimmed = base::trim(text.value());
  const size_t newline = trimmed.rfind('\n');
  return std::string(newline == std::string_view::npos ? trimmed : trimmed.substr(newline + 1));
}

}  // namespace homeport::engine::local
