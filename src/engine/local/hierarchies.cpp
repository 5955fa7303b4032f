#include "engine/local/hierarchies.hpp"

#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.hpp"

namespace homeport::engine {
namespace {

namespace fs = std::filesystem;

/// One line of proc_pid_mountinfo(5), as far as it matters here.
struct Mount {
  std::string root;  ///< which part of the file system is shown
  std::string place;
  std::string type;
  std::vector<std::string> options;
};

Mount parse_mount(std::string_view line) {
  const std::vector<std::string> words = base::split(line, ' ');
  const auto dash = std::find(words.begin(), words.end(), "-");
  if (dash - words.begin() < 6 || words.end() - dash < 4) return {};
  return {words[3], words[4], dash[1], base::split(dash[3], ',')};
}

/// The group of this process in the hierarchy with `controller` ("" for version 2).
std::string own_group(std::string_view own_groups, const std::string& controller) {
  for (const std::string& line : base::split(own_groups, '\n')) {
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const auto names = base::split(line.substr(first + 1, second - first - 1), ',');
    if (std::find(names.begin(), names.end(), controller) != names.end()) {
      return line.substr(second + 1);
    }
  }
  return "/";
}

fs::path directory_of(const Mount& mount, const std::string& group) {
  const fs::path below = fs::path(group).lexically_relative(mount.root);
  const bool outside = below.empty() || below.begin()->string() == "..";
  return outside || below == "." ? fs::path(mount.place) : fs::path(mount.place) / below;
}

bool is_delegated(const fs::path& group) {
  for (const char* name : {"user.delegate", "trusted.delegate"}) {
    char value = 0;
    if (::getxattr(group.c_str(), name, &value, 1) == 1 && value == '1') return true;
  }
  return false;
}

bool is_writable(const fs::path& group) {
  return ::access((group / "cgroup.procs").c_str(), W_OK) == 0 &&
         ::access(group.c_str(), W_OK) == 0;
}

}  // namespace

std::vector<Hierarchy> parse_hierarchies(std::string_view mountinfo, std::string_view own_groups) {
  constexpr const char* kKnown[] = {"cpu", "memory", "pids", "freezer"};
  std::vector<Hierarchy> found;
  for (const std::string& line : base::split(mountinfo, '\n')) {
    const Mount mount = parse_mount(line);
    if (mount.type == "cgroup2") {
      found.push_back({2, {}, mount.place, directory_of(mount, own_group(own_groups, ""))});
    } else if (mount.type == "cgroup") {
      Hierarchy hierarchy{1, {}, mount.place, {}};
      for (const char* known : kKnown) {
        const auto& options = mount.options;
        if (std::find(options.begin(), options.end(), known) == options.end()) continue;
        hierarchy.controllers.emplace_back(known);
      }
      if (hierarchy.controllers.empty()) continue;
      const std::string group = own_group(own_groups, hierarchy.controllers.front());
      hierarchy.own = directory_of(mount, group);
      found.push_back(std::move(hierarchy));
    }
  }
  return found;
}

fs::path base_for_groups(const Hierarchy& hierarchy) {
  const bool may_nest =
      hierarchy.version == 1 || hierarchy.own == hierarchy.top || is_delegated(hierarchy.own);
  const fs::path& base = may_nest ? hierarchy.own : hierarchy.top;
  return is_writable(base) ? base : fs::path();
}

}  // namespace homeport::engine
