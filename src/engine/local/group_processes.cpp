#include "engine/local/group_processes.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>

#include "base/file.hpp"
#include "base/text.hpp"

namespace homeport::engine {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kPatience{2};
constexpr std::chrono::milliseconds kPause{1};

bool write_word(const fs::path& file, const char* word) {
  const base::FileDescriptor opened(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  return opened.valid() && ::write(opened.get(), word, std::strlen(word)) > 0;
}

std::vector<pid_t> processes_in(const fs::path& group) {
  std::vector<pid_t> found;
  const auto text = base::read_file(group / "cgroup.procs");
  if (text.has_error()) return found;
  for (const std::string& line : base::split(text.value(), '\n')) {
    const auto pid = base::parse_integer(line);
    // 0 stands for one that this process's pid namespace does not hold; kill(0) would mean us.
    if (pid && *pid > 0 && *pid != ::getpid()) found.push_back(static_cast<pid_t>(*pid));
  }
  return found;
}

/// The group and those below it, the deepest first.
std::vector<fs::path> tree_of(const fs::path& group) {
  std::vector<fs::path> all;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(group, failed)) {
    if (!entry.is_directory(failed) || entry.is_symlink(failed)) continue;
    for (fs::path& below : tree_of(entry.path())) all.push_back(std::move(below));
  }
  all.push_back(group);
  return all;
}

bool kill_group(const fs::path& group) {
  const std::vector<pid_t> processes = processes_in(group);
  if (processes.empty()) return true;
  if (write_word(group / "cgroup.kill", "1")) return false;
  // What is frozen cannot fork meanwhile; where that cannot be had, the next look finds the rest.
  const bool frozen = write_word(group / "freezer.state", "FROZEN");
  for (const pid_t pid : processes_in(group)) ::kill(pid, SIGKILL);
  if (frozen) write_word(group / "freezer.state", "THAWED");
  return false;
}

void remove_group(const fs::path& group) {
  for (const fs::path& each : tree_of(group)) ::rmdir(each.c_str());
  // NODE lies in homeport/INSTANCE.
  if (::rmdir(group.parent_path().c_str()) == 0) ::rmdir(group.parent_path().parent_path().c_str());
}

}  // namespace

bool kill_groups(const std::vector<std::string>& directories) {
  bool none = true;
  for (const std::string& directory : directories) {
    for (const fs::path& group : tree_of(directory)) none = kill_group(group) && none;
  }
  return none;
}

bool end_groups(const std::vector<std::string>& directories) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (!kill_groups(directories)) {
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(kPause);
  }
  for (const std::string& directory : directories) remove_group(directory);
  return true;
}

}  // namespace homeport::engine
