#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <shared_mutex>

#include "objects/beneath.hpp"
#include "objects/pending.hpp"
#include "objects/sparse.hpp"
#include "shares/entry_status.hpp"
#include "shares/share_layout.hpp"
#include "shares/share_store.hpp"

namespace homeport::shares {
namespace {

base::Error outside(const EntryName& name) {
  base::Error error =
      base::invalid_argument("range", "the range leaves the file '" + name.path + "'");
  error.reason = "InvalidRange";
  return error;
}

}  // namespace

// A file that has other names gets bytes of its own first: those names may lie outside the share,
// and a program that linked its own file in did not mean all of them to be written.
base::Result<void> ShareStore::split_from_other_names(const EntryName& name,
                                                      const base::FileDescriptor& share,
                                                      Found& found) {
  HP_TRY(const auto pending,
         objects::make_directories(root_fd_.get(), layout::pending(name.share.account),
                                   layout::kOwnDirectory));
  HP_TRY(auto copy,
         objects::PendingFile::create(pending, layout::kDataSuffix, layout::kSharedFile));
  HP_TRY(const auto source,
         objects::open_regular(share.get(), found.place.path(), objects::Access::Read));
  HP_TRYV(
      objects::write_content(copy.file(), objects::Content::of(source, 0, found.status.stx_size)));
  const std::optional<Card> before = found.card;
  HP_TRY(found.status, extended_status(copy.file()));
  if (before) {
    found.card = before;
    found.card->identify(found.status);
    HP_TRYV(write_card(name.share, *found.card));
  }
  HP_TRYV(gate_.sync(copy.file()));
  HP_TRY(const auto parent,
         objects::open_beneath(share.get(), found.place.parent, O_RDONLY | O_DIRECTORY));
  if (!copy.move_to(parent.get(), found.place.leaf)) {
    return base::system_error("cannot give '" + name.path + "' bytes of its own", errno);
  }
  return gate_.sync(parent);
}

base::Result<base::FileDescriptor> ShareStore::open_to_write(const EntryName& name,
                                                             const base::FileDescriptor& share,
                                                             Found& found) {
  if (found.status.stx_nlink > 1) {
    HP_TRYV(split_from_other_names(name, share, found));
  }
  HP_TRY(auto file, objects::open_regular(share.get(), found.place.path(), objects::Access::Write));
  HP_TRY(found.file, objects::open_regular(share.get(), found.place.path(), objects::Access::Look));
  return file;
}

template <typename Change>
base::Result<EntryInfo> ShareStore::change_bytes(const EntryName& name, const Range& range,
                                                 LastWrite last_write,
                                                 const EntryPrecondition& precondition,
                                                 Change change) {
  HP_TRY(const auto share, open_share(name.share));
  std::shared_lock shared(names_of(name.share));
  HP_TRY(auto found, look(name, share, EntryKind::File));
  std::unique_lock<std::shared_mutex> alone;
  if (found.status.stx_nlink > 1) {
    // Its name will lead to another file: then nobody else may be at it.
    shared.unlock();
    alone = std::unique_lock(names_of(name.share));
    HP_TRY(found, look(name, share, EntryKind::File));
  }
  HP_TRYV(ask(precondition, &found, share));
  if (range.offset > found.status.stx_size || range.size > found.status.stx_size - range.offset) {
    return outside(name);
  }
  HP_TRY(const auto file, open_to_write(name, share, found));
  HP_TRYV(change(file));
  if (last_write == LastWrite::Preserve) {
    const timespec times[2] = {
        {0, UTIME_OMIT},
        {found.status.stx_mtime.tv_sec, static_cast<long>(found.status.stx_mtime.tv_nsec)}};
    if (::futimens(file.get(), times) != 0) {
      return base::system_error("cannot keep the time of '" + name.path + "'", errno);
    }
  }
  HP_TRYV(gate_.sync_data(file));
  HP_TRY(found.status, extended_status(file));
  return describe(found, share);
}

base::Result<EntryInfo> ShareStore::write_range(const EntryName& name, const RangeWrite& write) {
  if (!write.expected_md5.empty()) {
    HP_TRY(const std::string md5, objects::md5_of(write.content));
    HP_TRYV(objects::check_md5(write.expected_md5, md5));
  }
  return change_bytes(name, {write.offset, write.content.size}, write.last_write,
                      write.precondition, [&](const base::FileDescriptor& file) {
                        return objects::write_content_at(file, write.offset, write.content);
                      });
}

base::Result<EntryInfo> ShareStore::clear_range(const EntryName& name, const Range& range,
                                                LastWrite last_write,
                                                const EntryPrecondition& precondition) {
  return change_bytes(name, range, last_write, precondition, [&](const base::FileDescriptor& file) {
    return objects::clear_bytes(file, range.offset, range.size);
  });
}

base::Result<std::vector<Range>> ShareStore::ranges(const EntryName& name, const Range& within) {
  HP_TRY(const auto entry, open_file(name));
  std::vector<Range> result;
  HP_TRY(const auto extents, objects::written_extents(entry.file, within.offset, within.size));
  for (const objects::Extent& extent : extents) result.push_back({extent.offset, extent.size});
  return result;
}

}  // namespace homeport::shares
