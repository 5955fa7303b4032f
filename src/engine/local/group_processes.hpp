#pragma once

#include <string>
#include <vector>

namespace homeport::engine {

/// SIGKILL to every process in the control groups, this one excepted. Whether there was none.
bool kill_groups(const std::vector<std::string>& directories);

/// kill_groups until none lives, at most two seconds; then removes the groups, and the folders of
/// all nodes above them when they are empty. Whether none lives. Directories that are not there
/// are ended.
bool end_groups(const std::vector<std::string>& directories);

}  // namespace homeport::engine
