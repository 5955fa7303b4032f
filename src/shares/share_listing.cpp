#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/text.hpp"
#include "objects/beneath.hpp"
#include "objects/directory.hpp"
#include "shares/path.hpp"
#include "shares/share_store.hpp"

namespace homeport::shares {

base::Result<EntryListing> ShareStore::list(const EntryName& directory,
                                            const objects::ListQuery& query, Detail detail) {
  HP_TRY(const auto share, open_share(directory.share));
  HP_TRY(const auto found, look(directory, share, EntryKind::Directory));
  const std::string here = found.place.path();
  const std::string folded = fold_case(query.prefix);
  std::vector<std::string> names;
  for (objects::DirectoryEntry& entry : objects::read_directory(share.get(), here)) {
    if (entry.kind == objects::EntryKind::Other || !base::is_utf8(entry.name)) continue;
    if (entry.name < query.start || !fold_case(entry.name).starts_with(folded)) continue;
    names.push_back(std::move(entry.name));
  }
  std::ranges::sort(names);
  HP_TRY(const auto top, objects::open_beneath(share.get(), here, O_RDONLY | O_DIRECTORY));
  EntryListing listing;
  for (const std::string& name : names) {
    if (listing.entries.size() == query.max) {
      listing.next = name;
      break;
    }
    const EntryName child{directory.share, here.empty() ? name : here + "/" + name};
    if (detail == Detail::Full) {
      const auto entry = look(child, share);
      if (entry.has_error()) continue;  // gone meanwhile, or not for others
      auto info = describe(entry.value(), share);
      if (info.has_value()) listing.entries.push_back(std::move(info).value());
      continue;
    }
    struct stat status {};
    if (::fstatat(top.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    EntryInfo info;
    info.path = child.path;
    info.kind = S_ISDIR(status.st_mode) ? EntryKind::Directory : EntryKind::File;
    if (info.kind == EntryKind::File && !objects::is_presentable(status)) continue;
    info.size = info.kind == EntryKind::File ? static_cast<uint64_t>(status.st_size) : 0;
    info.id = status.st_ino;
    listing.entries.push_back(std::move(info));
  }
  return listing;
}

}  // namespace homeport::shares
