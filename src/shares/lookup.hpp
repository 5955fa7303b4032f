#pragma once

#include <string>

#include "base/file.hpp"
#include "base/result.hpp"

namespace homeport::shares {

/// Where a path leads in a tree, with the case of names as they are there.
struct Place {
  std::string parent;  ///< path of the directory, "" = the top
  std::string leaf;    ///< "" = the top itself
  bool exists = false;
  std::string path() const { return parent.empty() ? leaf : parent + "/" + leaf; }
};

/// Finds `path` below `top`: a name as it is written, else one that differs in case only (the first
/// in order, should a mount have made several). Where the last name is not there, its place is as
/// written. NotFound "ParentNotFound" where a directory on the way is not there.
base::Result<Place> locate(const base::FileDescriptor& top, const std::string& path);

}  // namespace homeport::shares
