#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace homeport::engine {

/// A mounted hierarchy of control groups (cgroups(7)): version 1 has several, each with some of the
/// controllers; version 2 has one.
struct Hierarchy {
  int version = 1;
  std::vector<std::string> controllers;  ///< of version 1, as its mount names them: "cpu", ...
  std::filesystem::path top;             ///< where it is mounted
  std::filesystem::path own;             ///< directory of this process's group in it
  bool operator==(const Hierarchy&) const = default;
};

/// From the texts of /proc/self/mountinfo and /proc/self/cgroup, in the order of the first. A mount
/// that shows a part of its hierarchy which this process is not in counts as if it were in its top.
std::vector<Hierarchy> parse_hierarchies(std::string_view mountinfo, std::string_view own_groups);

/// Where groups of ours may be made: the directory to make them in. Empty: nowhere. That is this
/// process's own group, so that its nodes stay within what it was given; but version 2 allows that
/// only in a group that was delegated (systemd says so in an attribute): else root uses the top.
std::filesystem::path base_for_groups(const Hierarchy& hierarchy);

}  // namespace homeport::engine
