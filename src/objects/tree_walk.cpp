#include "objects/tree_walk.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "objects/directory.hpp"
#include "objects/names.hpp"

namespace homeport::objects {
namespace {

using Step = TreeVisitor::Step;
using Turn = TreeVisitor::Turn;

// A directory's entries as parts of full names: directories end in '/', which is also what sorts
// their content rightly among the others.
std::vector<std::string> sorted_parts(int top, const std::string& path) {
  std::vector<std::string> parts;
  const std::string directory = path.empty() ? path : path.substr(0, path.size() - 1);
  for (DirectoryEntry& entry : read_directory(top, directory)) {
    if (entry.kind == EntryKind::Other || !base::is_utf8(entry.name)) continue;
    if (entry.kind == EntryKind::Directory) entry.name += '/';
    parts.push_back(std::move(entry.name));
  }
  std::ranges::sort(parts);
  return parts;
}

// Recursion is as deep as an object's name has segments: 512 at most.
Step walk(int top, const std::string& path, TreeVisitor& visitor) {
  for (const std::string& part : sorted_parts(top, path)) {
    const std::string full = path + part;
    if (!is_object_name(full)) continue;
    if (full.back() != '/') {
      if (visitor.file(full) == Step::Stop) return Step::Stop;
      continue;
    }
    const Turn turn = visitor.directory(full);
    if (turn == Turn::Stop) return Step::Stop;
    if (turn == Turn::Enter && walk(top, full, visitor) == Step::Stop) return Step::Stop;
  }
  return Step::Continue;
}

class FirstFile final : public TreeVisitor {
 public:
  Step file(const std::string&) override {
    found = true;
    return Step::Stop;
  }
  Turn directory(const std::string&) override { return Turn::Enter; }
  bool found = false;
};

}  // namespace

TreeVisitor::Step walk_tree(int top, TreeVisitor& visitor) {
  return walk(top, "", visitor);
}

bool has_files(int top, const std::string& path) {
  FirstFile first;
  walk(top, path, first);
  return first.found;
}

}  // namespace homeport::objects
