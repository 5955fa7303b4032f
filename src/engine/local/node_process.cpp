#include "engine/local/node_process.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <sstream>
#include <vector>

#include "base/text.hpp"
#include "engine/door.hpp"
#include "security/tokens.hpp"

namespace homeport::engine {
namespace {

constexpr int kStateField = 0;
constexpr int kStartTimeField = 19;  // 22, counted from the state, which is field 3

/// The fields of /proc/PID/stat after the name, which may hold anything.
std::vector<std::string> stat_fields(pid_t pid) {
  const auto text = base::read_file("/proc/" + std::to_string(pid) + "/stat");
  if (text.has_error()) return {};
  const size_t after_name = text.value().rfind(')');
  if (after_name == std::string::npos || after_name + 2 > text.value().size()) return {};
  return base::split(text.value().substr(after_name + 2), ' ');
}

bool carries(pid_t pid, const std::string& variable) {
  const auto text = base::read_file("/proc/" + std::to_string(pid) + "/environ");
  if (text.has_error()) return false;
  for (const std::string& entry : base::split(text.value(), '\0')) {
    if (entry == variable) return true;
  }
  return false;
}

}  // namespace

base::Result<std::filesystem::path> install_agent(const std::filesystem::path& data_directory,
                                                  std::string_view program) {
  const std::filesystem::path folder =
      data_directory / "agent" / base::to_hex(security::sha256(program)).substr(0, 16);
  std::filesystem::path file = folder / "homeport-agent";
  std::error_code ignored;
  if (std::filesystem::file_size(file, ignored) != program.size()) {
    HP_TRYV(base::make_directory(folder));
    HP_TRYV(base::write_file_durably(file, program, 0755));
  }
  const std::filesystem::path door_client = folder / kStartProgram;
  if (::symlink("homeport-agent", door_client.c_str()) != 0 && errno != EEXIST) {
    return base::system_error("cannot link " + door_client.string(), errno);
  }
  return file;
}

base::Result<pid_t> start_agent(const std::filesystem::path& program,
                                const std::filesystem::path& config,
                                const std::filesystem::path& log) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::posix_spawn_file_actions_adddup2(&files, 1, 2);
  ::posix_spawn_file_actions_addclosefrom_np(&files, 3);
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::string name = program;
  std::string file = config;
  std::string path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
  char* const argv[] = {name.data(), file.data(), nullptr};
  char* const variables[] = {path.data(), nullptr};
  pid_t pid = 0;
  const int failed = ::posix_spawn(&pid, name.c_str(), &files, &attributes, argv, variables);
  ::posix_spawn_file_actions_destroy(&files);
  ::posix_spawnattr_destroy(&attributes);
  if (failed != 0) return base::system_error("cannot start " + name, failed);
  return pid;
}

std::optional<std::uint64_t> start_time(pid_t pid) {
  const std::vector<std::string> fields = stat_fields(pid);
  if (fields.size() <= kStartTimeField || fields[kStateField] == "Z") return std::nullopt;
  const auto ticks = base::parse_integer(fields[kStartTimeField]);
  if (!ticks) return std::nullopt;
  return static_cast<std::uint64_t>(*ticks);
}

base::FileDescriptor open_process(pid_t pid) {
  return base::FileDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

void kill_leftovers(const std::string& variable) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir("/proc"), ::closedir);
  // Twice: what forked while the first pass went by is caught by the second.
  for (int pass = 0; directory && pass < 2; ++pass) {
    ::rewinddir(directory.get());
    while (const dirent* item = ::readdir(directory.get())) {
      const auto pid = base::parse_integer(item->d_name);
      if (!pid || !carries(static_cast<pid_t>(*pid), variable)) continue;
      ::kill(static_cast<pid_t>(*pid), SIGKILL);
    }
  }
}

std::string last_log_line(const std::filesystem::path& log) {
  const auto text = base::read_file(log);
  if (text.has_error()) return {};
  return base::split(std::string(base::trim(text.value())), '\n').back();
}

}  // namespace homeport::engine
