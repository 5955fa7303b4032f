#include "engine/local/control_groups.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/file.hpp"
#include "base/text.hpp"
#include "security/tokens.hpp"

namespace homeport::engine {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolder = "homeport";
constexpr int kMostShares = 262144;  // of cpu.shares
constexpr int kMostWeight = 10000;   // of cpu.weight

base::Result<void> write_value(const fs::path& file, const std::string& value) {
  const base::FileDescriptor opened(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  if (!opened.valid() || ::write(opened.get(), value.data(), value.size()) < 0) {
    return base::system_error("cannot write " + value + " to " + file.string(), errno);
  }
  return base::success();
}

/// Of the controllers of version 2 that `file` names, those that nodes need.
std::set<std::string> read_controllers(const fs::path& file) {
  std::set<std::string> controllers;
  const auto text = base::read_file(file);
  if (text.has_error()) return controllers;
  for (const std::string& name : base::split(base::trim(text.value()), ' ')) {
    if (name == "cpu" || name == "memory" || name == "pids") controllers.insert(name);
  }
  return controllers;
}

/// Those that the groups below `group` may have, after asking for them.
std::set<std::string> enable_controllers(const fs::path& group) {
  for (const std::string& wanted : read_controllers(group / "cgroup.controllers")) {
    // One that is refused is missing from what is read below.
    static_cast<void>(write_value(group / "cgroup.subtree_control", "+" + wanted).has_value());
  }
  return read_controllers(group / "cgroup.subtree_control");
}

/// Version 2 gives controllers only to the children of a group that has no processes itself, but
/// for the root: so this process goes into a child of its own. If others stay, it comes back.
std::set<std::string> enable_in_base(const fs::path& base) {
  auto controllers = enable_controllers(base);
  const bool refused =
      controllers.empty() && !read_controllers(base / "cgroup.controllers").empty();
  if (!refused || !fs::exists(base / "cgroup.type")) return controllers;
  const fs::path aside = base / "homeport-server";
  if (::mkdir(aside.c_str(), 0755) != 0 && errno != EEXIST) return controllers;
  if (write_value(aside / "cgroup.procs", "0").has_value()) controllers = enable_controllers(base);
  if (controllers.empty() && write_value(base / "cgroup.procs", "0").has_value()) {
    ::rmdir(aside.c_str());
  }
  return controllers;
}

std::int64_t machine_memory() {
  struct sysinfo machine {};
  ::sysinfo(&machine);
  return static_cast<std::int64_t>(machine.totalram) * machine.mem_unit;
}

base::Result<void> set_cpu(int version, const fs::path& group, int cores) {
  if (cores <= 0) return base::success();
  return version == 1 ? write_value(group / "cpu.shares",
                                    std::to_string(std::min(cores * 1024, kMostShares)))
                      : write_value(group / "cpu.weight",
                                    std::to_string(std::min(cores * 100, kMostWeight)));
}

base::Result<void> set_memory(int version, const fs::path& group, std::int64_t bytes) {
  if (bytes <= 0 || bytes > machine_memory()) return base::success();
  const std::string limit = std::to_string(bytes);
  HP_TRYV(write_value(group / (version == 1 ? "memory.limit_in_bytes" : "memory.max"), limit));
  // A VM of that size would not swap. Where swap is not counted there is no such file.
  const auto no_swap = version == 1 ? write_value(group / "memory.memsw.limit_in_bytes", limit)
                                    : write_value(group / "memory.swap.max", "0");
  return no_swap.has_error() && no_swap.error().code != base::ErrorCode::NotFound
             ? no_swap
             : base::Result<void>(base::success());
}

base::Result<void> make_folder(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0755) == 0 || errno == EEXIST) return base::success();
  return base::system_error("cannot make the control group " + folder.string(), errno);
}

}  // namespace

base::Result<std::string> instance_of(const fs::path& data_directory) {
  struct stat status {};
  if (::stat(data_directory.c_str(), &status) != 0) {
    return base::system_error("cannot look at " + data_directory.string(), errno);
  }
  const std::string place = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
  return base::to_hex(security::sha256(place)).substr(0, 12);
}

ControlGroups ControlGroups::find(const std::string& instance, int most_tasks) {
  const auto mounts = base::read_file("/proc/self/mountinfo");
  const auto own = base::read_file("/proc/self/cgroup");
  if (mounts.has_error() || own.has_error()) return {instance, {}, most_tasks};
  return {instance, parse_hierarchies(mounts.value(), own.value()), most_tasks};
}

ControlGroups::ControlGroups(std::string instance, const std::vector<Hierarchy>& hierarchies,
                             int most_tasks)
    : instance_(std::move(instance)), most_tasks_(most_tasks) {
  for (const Hierarchy& hierarchy : hierarchies) {
    Base base{hierarchy.version, base_for_groups(hierarchy), {}};
    if (base.directory.empty()) continue;
    base.controllers = hierarchy.version == 1 ? std::set<std::string>(hierarchy.controllers.begin(),
                                                                      hierarchy.controllers.end())
                                              : enable_in_base(base.directory);
    bases_.push_back(std::move(base));
  }
}

std::vector<std::string> ControlGroups::controllers() const {
  std::set<std::string> all;
  for (const Base& base : bases_) all.insert(base.controllers.begin(), base.controllers.end());
  all.erase("freezer");  // A means of ours, nothing that a node gets or lacks.
  return {all.begin(), all.end()};
}

std::string ControlGroups::limit() const {
  if (bases_.empty()) {
    return "nodes have no control groups, so they share processor and memory without limits: this "
           "user may not make any on this machine";
  }
  const std::vector<std::string> there = controllers();
  std::string missing;
  for (const char* wanted : {"cpu", "memory", "pids"}) {
    if (std::find(there.begin(), there.end(), wanted) != there.end()) continue;
    missing += (missing.empty() ? "" : ", ") + std::string(wanted);
  }
  return missing.empty() ? "" : "the control groups of nodes cannot limit " + missing;
}

std::vector<std::string> ControlGroups::directories_of(const domain::NodeId& node) const {
  std::vector<std::string> all;
  for (const Base& base : bases_) {
    all.push_back((base.directory / kFolder / instance_ / node.text()).string());
  }
  return all;
}

base::Result<void> ControlGroups::make(const domain::NodeId& node, const NodeSize& size) const {
  for (const Base& base : bases_) {
    base::Result<void> made = make_in(base, node, size);
    // Another Homeport may have removed the folder of all, empty, while we were on our way.
    if (made.has_error() && made.error().code == base::ErrorCode::NotFound) {
      made = make_in(base, node, size);
    }
    HP_TRYV(made);
  }
  return base::success();
}

base::Result<void> ControlGroups::make_in(const Base& base, const domain::NodeId& node,
                                          const NodeSize& size) const {
  const auto governs = [&](const char* what) { return base.controllers.count(what) != 0; };
  fs::path group = base.directory;
  for (const std::string& part : {std::string(kFolder), instance_, node.text()}) {
    group /= part;
    HP_TRYV(make_folder(group));
    if (part == node.text()) break;
    if (base.version == 2) enable_controllers(group);
    // All nodes together weigh as much as a machine that is full of other processes.
    if (governs("cpu")) {
      HP_TRYV(set_cpu(base.version, group, ::get_nprocs()));
    }
  }
  if (governs("cpu")) {
    HP_TRYV(set_cpu(base.version, group, size.cores));
  }
  if (governs("memory")) {
    HP_TRYV(set_memory(base.version, group, size.memory_bytes));
  }
  if (!governs("pids")) return base::success();
  return write_value(group / "pids.max", std::to_string(most_tasks_));
}

std::vector<std::string> ControlGroups::strangers(const std::set<std::string>& known) const {
  std::vector<std::string> found;
  for (const Base& base : bases_) {
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(base.directory / kFolder / instance_, failed)) {
      const bool ours = known.count(entry.path().filename().string()) != 0;
      if (!ours && entry.is_directory(failed)) found.push_back(entry.path().string());
    }
  }
  return found;
}

bool ControlGroups::is_ours(const std::string& directory) const {
  const fs::path group(directory);
  return group.is_absolute() && group == group.lexically_normal() &&
         group.parent_path().filename() == instance_ &&
         group.parent_path().parent_path().filename() == kFolder;
}

}  // namespace homeport::engine
