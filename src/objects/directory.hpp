#pragma once

#include <string>
#include <vector>

namespace homeport::objects {

enum class EntryKind { Directory, File, Other };

struct DirectoryEntry {
  std::string name;
  EntryKind kind = EntryKind::Other;
};

/// What is in the directory `path` below `directory`, without "." and "..", in no order. Empty if
/// it cannot be read.
std::vector<DirectoryEntry> read_directory(int directory, const std::string& path);

/// Removes `path` below `directory` and all that is in it, without following a link. What cannot be
/// removed stays.
void remove_tree(int directory, const std::string& path);

}  // namespace homeport::objects
