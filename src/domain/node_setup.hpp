#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/volume.hpp"

namespace homeport::domain {

/// What is done with every node of a cluster before it serves runs.
struct NodeSetup {
  std::vector<Volume> volumes;  ///< seen by every run of the cluster, too
  std::vector<std::string>
      command;  ///< empty: none. Each time that a node starts; to be repeatable
  std::map<std::string, std::string> variables;
  std::map<std::string, std::string> sealed_secrets;  ///< variables that are never shown back
  std::optional<FilePlace> logs;  ///< folder of the command's output; none: kept with the node only
  std::string output_name;        ///< in that folder, {node} filled in: "stdout-{node}.txt"
  std::string error_name;

  bool operator==(const NodeSetup&) const = default;
};

}  // namespace homeport::domain
