#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "engine/engine.hpp"
#include "engine/local/hierarchies.hpp"

namespace homeport::engine {

/// The control groups of one Homeport's nodes: BASE/homeport/INSTANCE/NODE in each hierarchy where
/// this process may make them. One thread.
class ControlGroups {
 public:
  /// Looks at this machine. `instance` is like no other Homeport's. `most_tasks`: processes and
  /// threads that a node may have.
  static ControlGroups find(const std::string& instance, int most_tasks);
  ControlGroups(std::string instance, const std::vector<Hierarchy>& hierarchies, int most_tasks);

  /// What of a node they govern, sorted: "cpu", "memory", "pids". Empty: there are none,
  /// or they only hold a node's processes together.
  std::vector<std::string> controllers() const;
  /// A sentence: why nodes have no groups, or what their groups cannot do. Empty: all is well.
  std::string limit() const;

  /// The directories of a node's group, made or not. Empty: nodes have none.
  std::vector<std::string> directories_of(const domain::NodeId& node) const;
  /// Makes them. A memory limit only where `size` fits this machine. The system's errors.
  base::Result<void> make(const domain::NodeId& node, const NodeSize& size) const;
  /// Groups of this instance whose nodes are not `known`: what a killed server left.
  std::vector<std::string> strangers(const std::set<std::string>& known) const;
  /// Whether a directory that was read from a file can be one of this instance's groups.
  bool is_ours(const std::string& directory) const;

 private:
  struct Base {
    int version = 1;
    std::filesystem::path directory;
    std::set<std::string> controllers;
  };
  base::Result<void> make_in(const Base& base, const domain::NodeId& node,
                             const NodeSize& size) const;

  std::string instance_;
  int most_tasks_;
  std::vector<Base> bases_;
};

/// Names a data directory among all of this machine: the same by whichever path it is seen, another
/// for a copy of it. The system's errors.
base::Result<std::string> instance_of(const std::filesystem::path& data_directory);

}  // namespace homeport::engine
