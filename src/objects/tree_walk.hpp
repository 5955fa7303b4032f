#pragma once

#include <string>
#include <string_view>

namespace homeport::objects {

/// What a walk over a tree of plain files tells as it goes.
class TreeVisitor {
 public:
  enum class Step { Continue, Stop };
  enum class Turn { Enter, Skip, Stop };

  virtual ~TreeVisitor() = default;
  /// A regular file by its path from the top.
  virtual Step file(const std::string& path) = 0;
  /// A directory, its path ending in '/'. Skip: nothing in it is of interest.
  virtual Turn directory(const std::string& path) = 0;
};

/// Visits files and directories below `top` in the bytewise order of full paths, which is not the
/// order of a plain walk: "a-b" comes before "a/b". Links, FIFOs, devices, names that are not UTF-8
/// and paths longer than an object's name are passed over. Stop ends it.
TreeVisitor::Step walk_tree(int top, TreeVisitor& visitor);

/// Whether any regular file that could be an object lies below the directory `path` ("a/b/").
bool has_files(int top, const std::string& path);

}  // namespace homeport::objects
