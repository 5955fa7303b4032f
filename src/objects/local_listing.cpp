#include <algorithm>
#include <mutex>

#include "objects/directory.hpp"
#include "objects/local_layout.hpp"
#include "objects/local_object_store.hpp"
#include "objects/names.hpp"
#include "objects/tree_walk.hpp"

namespace homeport::objects {
namespace {

// Makes a page of entries out of names that come in order: groups them by the delimiter and stops
// when the page is full. `describe` looks at an object; one that is gone meanwhile is left out.
template <typename Describe, typename Snapshots>
class Page {
 public:
  /// `snapshots` gives the ids of an object's.
  Page(const ListQuery& query, Describe describe, Snapshots snapshots)
      : query_(query), describe_(std::move(describe)), snapshots_(std::move(snapshots)) {}

  /// False when the page is full.
  bool add(const std::string& name) {
    if (name < query_.start || !name.starts_with(query_.prefix)) return true;
    const std::string group = group_of(name);
    if (!group.empty()) return add_group(group);
    if (query_.snapshots) {
      for (const std::string& id : snapshots_(name)) {
        if (name == query_.start && id < query_.start_snapshot) continue;
        if (!add_object(name, id)) return false;
      }
    }
    return add_object(name, "");
  }

  /// The common prefix that `name` is shown under; "" if it is shown itself.
  std::string group_of(const std::string& name) const {
    if (query_.delimiter.empty()) return {};
    const size_t at = name.find(query_.delimiter, query_.prefix.size());
    return at == std::string::npos ? "" : name.substr(0, at + query_.delimiter.size());
  }

  bool has_group(const std::string& group) const {
    return !listing_.entries.empty() && !listing_.entries.back().object &&
           listing_.entries.back().name == group;
  }

  Listing take() { return std::move(listing_); }

 private:
  bool add_object(const std::string& name, const std::string& snapshot) {
    if (full(name, snapshot)) return false;
    auto info = describe_(name, snapshot);
    if (info.has_value()) listing_.entries.push_back({name, std::move(info).value()});
    return true;
  }

  bool add_group(const std::string& group) {
    if (has_group(group)) return true;
    if (full(group, "")) return false;
    listing_.entries.push_back({group, std::nullopt});
    return true;
  }

  bool full(const std::string& next, const std::string& snapshot) {
    if (listing_.entries.size() < query_.max) return false;
    listing_.next = next;
    // No snapshot's time comes after this: what is left of the name is the object itself.
    listing_.next_snapshot = snapshot.empty() && query_.snapshots ? "~" : snapshot;
    return true;
  }

  const ListQuery& query_;
  Describe describe_;
  Snapshots snapshots_;
  Listing listing_;
};

// Merges the plain tree with the escaped names, both in order, into a page.
template <typename Page>
class Merge final : public TreeVisitor {
 public:
  Merge(int top, const ListQuery& query, std::vector<std::string> escaped, Page& page)
      : top_(top), query_(query), escaped_(std::move(escaped)), page_(page) {}

  Step file(const std::string& path) override {
    if (!add_escaped_before(path)) return Step::Stop;
    if (next_ < escaped_.size() && escaped_[next_] == path) ++next_;  // the plain one counts
    return page_.add(path) ? Step::Continue : Step::Stop;
  }

  Turn directory(const std::string& path) override {
    if (!add_escaped_before(path)) return Turn::Stop;
    const bool inside = path.starts_with(query_.prefix);
    if (!inside && !query_.prefix.starts_with(path)) return Turn::Skip;
    if (path < query_.start && !query_.start.starts_with(path)) return Turn::Skip;
    // All of it under one common prefix: no need to look further than whether there is something.
    if (inside && page_.group_of(path) == path) {
      if (path < query_.start || !has_files(top_, path)) return Turn::Skip;
      return page_.add(path) ? Turn::Skip : Turn::Stop;
    }
    return Turn::Enter;
  }

  void finish() {
    while (next_ < escaped_.size() && page_.add(escaped_[next_])) ++next_;
  }

 private:
  bool add_escaped_before(const std::string& path) {
    while (next_ < escaped_.size() && escaped_[next_] < path) {
      if (!page_.add(escaped_[next_])) return false;
      ++next_;
    }
    return true;
  }

  int top_;
  const ListQuery& query_;
  std::vector<std::string> escaped_;
  size_t next_ = 0;
  Page& page_;
};

}  // namespace

std::vector<std::string> LocalObjectStore::escaped_names(const ContainerName& name,
                                                         const ListQuery& query) const {
  std::vector<std::string> names;
  for (const DirectoryEntry& entry :
       read_directory(root_fd_.get(), layout::room(name, "escaped"))) {
    if (entry.kind != EntryKind::File || entry.name.size() < 3) continue;
    const auto sidecar = read_sidecar(layout::room(name, "meta") + "/" + entry.name.substr(0, 2) +
                                      "/" + entry.name.substr(2));
    if (!sidecar || !sidecar->name.starts_with(query.prefix)) continue;
    names.push_back(sidecar->name);
  }
  std::ranges::sort(names);
  return names;
}

base::Result<Listing> LocalObjectStore::list(const ContainerName& name, const ListQuery& query) {
  HP_TRY(const auto container, open_container(name));
  const auto find_here = [&](const std::string& object, const std::string& snapshot) {
    return find({name.account, name.container, object, snapshot});
  };
  const auto snapshots_here = [&](const std::string& object) {
    return snapshot_ids({name.account, name.container, object});
  };
  Page page(query, find_here, snapshots_here);
  Merge merge(container.get(), query, escaped_names(name, query), page);
  if (query.max == 0) return Listing{};
  if (walk_tree(container.get(), merge) == TreeVisitor::Step::Continue) merge.finish();
  return page.take();
}

}  // namespace homeport::objects
