#include "agent/sandbox.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>

#include "agent/mounts.hpp"

namespace homeport::agent {
namespace {

namespace fs = std::filesystem;

constexpr const char* kGroups = "/sys/fs/cgroup";

base::Result<void> write_text(const char* path, const std::string& text) {
  const base::FileDescriptor file(::open(path, O_WRONLY | O_CLOEXEC));
  if (!file.valid() || ::write(file.get(), text.data(), text.size()) < 0) {
    return base::system_error(std::string("cannot write ") + path, errno);
  }
  return base::success();
}

/// The topmost folder on the way to `path` that others may not pass, or `path` itself.
fs::path topmost_closed(const fs::path& path) {
  fs::path way;
  for (const fs::path& part : path) {
    way /= part;
    struct stat status {};
    if (::stat(way.c_str(), &status) == 0 && (status.st_mode & S_IXOTH) == 0) return way;
  }
  return path;
}

base::Result<base::FileDescriptor> open_place(const std::string& path) {
  base::FileDescriptor place(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!place.valid()) return base::system_error("cannot open " + path, errno);
  return place;
}

/// For mounts that stay as long as the node.
base::Result<void> bind_for_good(const base::FileDescriptor& source, const std::string& target,
                                 Writable writable) {
  HP_TRY(const base::FileDescriptor place, open_place(target));
  HP_TRYV(bind_mount(source, place, writable));
  return base::success();
}

std::string first_hosts(const engine::AgentConfig& config) {
  return "127.0.0.1 localhost\n::1 localhost\n" + config.address + " " + config.host_name + "\n";
}

}  // namespace

base::Result<std::unique_ptr<NodeSandbox>> NodeSandbox::enter(const engine::AgentConfig& config) {
  std::unique_ptr<NodeSandbox> sandbox(new NodeSandbox(config));
  sandbox->facts_.root = ::geteuid() == 0;
  if (!sandbox->facts_.root) sandbox->facts_.limits.emplace_back("runs share your identity");
  sandbox->group_ = ControlGroup::enter(config.groups);
  for (const std::string& limit : sandbox->group_.limits()) {
    sandbox->facts_.limits.push_back(limit);
  }
  const std::string folder = config.node_directory + "/tmp";
  HP_TRYV(base::make_directory(folder));
  ::chmod(folder.c_str(), 01777);
  sandbox->temporary_ = folder;
  HP_TRYV(base::write_file_durably(config.node_directory + "/hosts", first_hosts(config), 0644));
  HP_TRYV(base::write_file_durably(config.node_directory + "/no-gpu", "", 0));

  base::Result<void> entered =
      config.namespaces ? sandbox->enter_namespaces()
                        : base::Result<void>(base::not_implemented("doing without namespaces"));
  if (entered.has_value()) {
    // From here on a failure is fatal: half a sandbox would hide less than it says.
    HP_TRYV(sandbox->become_first_process());
    HP_TRYV(sandbox->arrange_mounts());
    HP_TRYV(sandbox->give_gpus({}));
    return sandbox;
  }
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  sandbox->facts_.limits.push_back("runs can see the files and processes of this machine: " +
                                   entered.error().message);
  if (!config.gpus.empty()) {
    sandbox->facts_.limits.emplace_back("runs can reach GPUs that were given to others");
  }
  HP_TRY(sandbox->data_, DataTree::open(config.data_directory));
  return sandbox;
}

base::Result<void> NodeSandbox::enter_namespaces() {
  const uid_t uid = ::geteuid();
  const gid_t gid = ::getegid();
  int wanted = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID;
  if (!facts_.root) wanted |= CLONE_NEWUSER;
  if (::unshare(wanted) != 0) return base::system_error("cannot make namespaces", errno);
  facts_.pid_namespace = facts_.mounts = true;
  if (facts_.root) return base::success();
  HP_TRYV(write_text("/proc/self/setgroups", "deny"));
  HP_TRYV(write_text("/proc/self/uid_map", std::to_string(uid) + " " + std::to_string(uid) + " 1"));
  return write_text("/proc/self/gid_map", std::to_string(gid) + " " + std::to_string(gid) + " 1");
}

base::Result<void> NodeSandbox::become_first_process() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return base::system_error("cannot make a pipe", errno);
  base::FileDescriptor reading(ends[0]);
  base::FileDescriptor writing(ends[1]);
  const pid_t first = ::fork();
  if (first < 0) return base::system_error("cannot fork", errno);
  if (first == 0) {
    starter_ = std::move(writing);
    // A start that is given up, by a kill of the process that waits below, leaves nothing behind.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    pollfd waits_below{starter_.get(), 0, 0};
    if (::poll(&waits_below, 1, 0) != 0) ::_exit(1);  // it was killed before it was watched
    return base::success();
  }
  writing = base::FileDescriptor();
  char settled = 0;
  if (::read(reading.get(), &settled, 1) == 1) ::_exit(0);
  ::waitpid(first, nullptr, 0);
  ::_exit(1);
}

base::Result<base::FileDescriptor> NodeSandbox::open_temporary() const {
  return data_.open_directory(config_.node_directory + "/tmp", DataTree::Make::No);
}

void NodeSandbox::add_variables(std::map<std::string, std::string>& variables) const {
  variables["HOMEPORT_NODE"] = config_.mark;
  for (const char* name : {"HOME", "TMPDIR"}) variables.emplace(name, temporary_);
  for (const char* name : {"USER", "LOGNAME"}) variables.emplace(name, "homeport");
}

void NodeSandbox::settled() {
  // From now on the agent outlives whoever started it.
  if (starter_.valid()) ::prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
  if (starter_.valid() && ::write(starter_.get(), "1", 1) != 1) return;
  starter_ = base::FileDescriptor();
}

base::Result<void> NodeSandbox::arrange_mounts() {
  // What the machine mounts and unmounts later arrives here; nothing of ours goes the other way.
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) {
    return base::system_error("cannot keep mounts apart", errno);
  }
  if (::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) {
    facts_.limits.emplace_back("runs can see other processes of this machine");
  }
  ::sethostname(config_.host_name.c_str(), config_.host_name.size());
  // Opened after the namespace was made: only its own mounts can be bound again.
  HP_TRY(data_, DataTree::open(config_.data_directory));
  HP_TRY(const base::FileDescriptor hosts, open_place(config_.node_directory + "/hosts"));
  HP_TRYV(bind_for_good(hosts, "/etc/hosts", Writable::No));
  HP_TRY(const base::FileDescriptor temporary, open_place(config_.node_directory + "/tmp"));
  for (const std::string& path : config_.hidden) {
    if (fs::is_directory(path)) {
      HP_TRYV(cover(path, "mode=0755,size=64k"));
    }
  }
  HP_TRYV(bind_for_good(temporary, "/tmp", Writable::Yes));
  temporary_ = "/tmp";
  if (fs::is_directory(kGroups)) {
    HP_TRYV(make_read_only(kGroups));
  }
  if (fs::is_directory("/dev/shm")) {
    HP_TRYV(cover("/dev/shm", "mode=1777"));
  }
  return hide_data();
}

base::Result<void> NodeSandbox::hide_data() {
  const fs::path top =
      facts_.root ? topmost_closed(config_.data_directory) : fs::path(config_.data_directory);
  // Below the node's own /tmp the path is not there yet.
  HP_TRYV(base::make_directory(top));
  HP_TRYV(cover(top, "mode=0755,size=16m"));
  HP_TRYV(base::make_directory(config_.data_directory));
  HP_TRY(shown_, DataTree::open(config_.data_directory));
  for (const std::string& path : config_.visible) {
    HP_TRY(const base::FileDescriptor source, data_.open_directory(path, DataTree::Make::Yes));
    HP_TRY(const base::FileDescriptor target, shown_.open_directory(path, DataTree::Make::Yes));
    HP_TRYV(bind_mount(source, target, Writable::No));
  }
  return base::success();
}

base::Result<void> NodeSandbox::set_hosts(const std::string& content) {
  if (!facts_.mounts || content.empty()) return base::success();
  // In place, not by rename: the file that is mounted is this one.
  HP_TRY(const base::FileDescriptor file,
         data_.open_file(config_.node_directory + "/hosts", O_WRONLY | O_TRUNC));
  if (::write(file.get(), content.data(), content.size()) < 0) {
    return base::system_error("cannot write the hosts file", errno);
  }
  return base::success();
}

// By a file that nobody may open, and that has nothing in it: CUDA passes over such a device.
base::Result<void> NodeSandbox::hide_gpu(int number) {
  HP_TRY(const base::FileDescriptor closed,
         data_.open_file(config_.node_directory + "/no-gpu", O_PATH | O_CLOEXEC));
  HP_TRY(const base::FileDescriptor device, open_place(config_.gpus[static_cast<size_t>(number)]));
  HP_TRY(hidden_gpus_[number], bind_mount(closed, device, Writable::No));
  return base::success();
}

base::Result<void> NodeSandbox::give_gpus(const std::vector<int>& given) {
  if (!hides_gpus()) return base::success();
  for (int number = 0; number < static_cast<int>(config_.gpus.size()); ++number) {
    const bool wanted = std::find(given.begin(), given.end(), number) != given.end();
    const auto hidden = hidden_gpus_.find(number);
    if (wanted && hidden != hidden_gpus_.end()) {
      unmount(hidden->second);
      hidden_gpus_.erase(hidden);
    } else if (!wanted && hidden == hidden_gpus_.end()) {
      HP_TRYV(hide_gpu(number));
    }
  }
  return base::success();
}

std::string NodeSandbox::visible_gpus(const std::vector<int>& given) const {
  std::string numbers;
  for (size_t i = 0; i < given.size(); ++i) {
    numbers += (i == 0 ? "" : ",") + std::to_string(hides_gpus() ? static_cast<int>(i) : given[i]);
  }
  return numbers;
}

Identity NodeSandbox::identity(int slot) const {
  if (!facts_.root) return {};
  const auto id = static_cast<uid_t>(config_.uid_base + slot);
  return {true, id, id};
}

}  // namespace homeport::agent
