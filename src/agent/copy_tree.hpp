#pragma once

#include <string>

#include "agent/data_tree.hpp"
#include "base/file.hpp"
#include "base/result.hpp"

namespace homeport::agent {

enum class Overwrite { No, Yes };

/// Copies the regular files below `source` to the same names below `target`; links and special
/// files are skipped. With Overwrite::No a file that is there stays as it is.
base::Result<void> copy_tree(int source, int target, Overwrite overwrite);

/// The same for one regular file.
base::Result<void> copy_file(int source, int target, const std::string& name, Overwrite overwrite);

/// Gives all that lies below `directory`, and itself, to root; for others to read, not to write.
base::Result<void> give_to_root(int directory);

bool is_empty(int directory);

/// Removes what lies below `directory`, not itself. Goes on after errors.
void empty_directory(int directory);

}  // namespace homeport::agent
