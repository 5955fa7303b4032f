#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <mutex>

#include "objects/edit_journal.hpp"
#include "objects/local_layout.hpp"
#include "objects/local_object_store.hpp"
#include "objects/sparse.hpp"

namespace homeport::objects {
namespace {

constexpr uint32_t kMaxAppended = 50'000;

base::Error wrong_kind() {
  return base::conflict("InvalidBlobType", "the blob is not of the type that this is for");
}

base::Error outside() {
  base::Error error = base::invalid_argument("range", "the pages lie outside of the blob");
  error.reason = "InvalidPageRange";
  return error;
}

base::Result<void> check_append(const ObjectInfo& current) {
  if (current.traits.kind != ObjectKind::Append) return wrong_kind();
  if (current.traits.sealed) {
    return base::conflict("BlobIsSealed", "the append blob is sealed: nothing is added to it");
  }
  if (current.traits.appended >= kMaxAppended) {
    return base::conflict("BlockCountExceedsLimit", "an append blob has at most 50,000 blocks");
  }
  return base::success();
}

base::Result<void> check_edit(const Edit& edit, const ObjectInfo& current) {
  if (edit.action == Edit::Action::Append) return check_append(current);
  if (current.traits.kind != ObjectKind::Page) return wrong_kind();
  if (edit.action == Edit::Action::Resize) return base::success();
  const uint64_t size = edit.action == Edit::Action::Write ? edit.content.size : edit.size;
  if (edit.offset > current.size || size > current.size - edit.offset) return outside();
  return base::success();
}

int64_t time_to_stamp() {
  struct timespec now {};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return to_nanoseconds(now);
}

// Where and how much; what the object is afterwards is the caller's to say.
EditJournal plan(const Edit& edit, const ObjectInfo& current) {
  EditJournal journal;
  const bool append = edit.action == Edit::Action::Append;
  journal.action = append ? Edit::Action::Write : edit.action;
  journal.offset = append ? current.size : edit.offset;
  journal.size = journal.action == Edit::Action::Write ? edit.content.size : edit.size;
  journal.size_before = current.size;
  journal.etag_before = current.etag;
  return journal;
}

uint64_t size_after(const Edit& edit, const ObjectInfo& current) {
  if (edit.action == Edit::Action::Append) return current.size + edit.content.size;
  return edit.action == Edit::Action::Resize ? edit.size : current.size;
}

}  // namespace

base::Result<LocalObjectStore::Found> LocalObjectStore::look_to_edit(const ObjectName& name,
                                                                     const Edit& edit) const {
  HP_TRY(const auto seen, look(name, Access::Look));
  const ObjectInfo info = seen.info(name.name);
  if (edit.precondition) {
    HP_TRYV(edit.precondition(&info));
  }
  HP_TRYV(check_edit(edit, info));
  HP_TRY(auto found, look(name, Access::Write));
  // Another name of the file would be changed along; or someone changed it just now.
  if (!found.sidecar || found.status.st_nlink != 1) return wrong_kind();
  return found;
}

base::Result<ObjectInfo> LocalObjectStore::edit(const ObjectName& name, const Edit& edit) {
  HP_TRYV(check(name));
  std::string md5;
  if (edit.action == Edit::Action::Append || edit.action == Edit::Action::Write) {
    HP_TRY(md5, md5_of(edit.content));
    HP_TRYV(check_md5(edit.expected_md5, md5));
  }
  // Not the containers': who makes one would wait for many appends' way to the disk. One that is
  // removed meanwhile leaves a sidecar of nothing, which the next of its name throws away.
  const std::unique_lock lock(lock_of(name));
  HP_TRY(auto found, look_to_edit(name, edit));
  const ObjectInfo before = found.info(name.name);
  EditJournal journal = plan(edit, before);
  journal.md5 = md5;
  journal.after = *found.sidecar;
  journal.after.size = size_after(edit, before);
  journal.after.mtime_ns = time_to_stamp();
  journal.after.ctime_ns = 0;
  journal.after.etag = make_etag();
  journal.after.modified = clock_.wall();
  journal.after.properties.md5.clear();
  if (edit.action == Edit::Action::Append) ++journal.after.traits.appended;
  const auto done = carry_out(name, journal, edit.content, found);
  if (done.has_error()) {
    take_back(name, found);
    return done.error();
  }
  end_lease_if_over(name, true);
  ObjectInfo info = describe(name.name, found.status, &journal.after);
  info.lease = found.lease;
  return info;
}

base::Result<void> LocalObjectStore::carry_out(const ObjectName& name, EditJournal& journal,
                                               const Content& bytes, Found& found) {
  HP_TRY(const auto pending, open_pending(name.account));
  HP_TRY(auto file, PendingFile::create(pending, layout::kEditSuffix, layout::kOwnFile));
  uint64_t sidecar_size = 0;
  HP_TRYV(write_content(file.file(), Content::of(render_edit(journal, sidecar_size))));
  HP_TRYV(write_content(file.file(), bytes));
  HP_TRYV(gate_.sync(file.file()));
  if (journal.action == Edit::Action::Write) {
    HP_TRYV(reserve_bytes(found.file, journal.offset, journal.size));
  }
  HP_TRYV(apply_edit(found.file, journal, bytes));
  return settle_edit(name, journal, sidecar_size, found, file);
}

// The bytes are where they belong: the journal becomes the sidecar.
base::Result<void> LocalObjectStore::settle_edit(const ObjectName& name, EditJournal& journal,
                                                 uint64_t sidecar_size, Found& found,
                                                 PendingFile& file) {
  HP_TRYV(gate_.sync(found.file));
  HP_TRY(found.status, status_of(found.file));
  journal.after.ctime_ns = to_nanoseconds(found.status.st_ctim);
  HP_TRYV(write_ctime(file.file(), journal.after.ctime_ns));
  if (::ftruncate(file.file().get(), static_cast<off_t>(sidecar_size)) != 0) {
    return base::system_error("cannot close a journal", errno);
  }
  return move_sidecar(name, file);
}

// After a change that failed, the file's length and time are as the old sidecar says; that its
// ctime is another must not make a stranger's file of it.
void LocalObjectStore::take_back(const ObjectName& name, const Found& found) {
  if (!found.sidecar) return;
  if (::ftruncate(found.file.get(), static_cast<off_t>(found.sidecar->size)) != 0) return;
  if (set_written_time(found.file, found.sidecar->mtime_ns).has_error()) return;
  const auto status = status_of(found.file);
  auto sidecar = open_beneath(root_fd_.get(), layout::sidecar(name), O_WRONLY);
  if (status.has_error() || sidecar.has_error()) return;
  (void)write_ctime(sidecar.value(), to_nanoseconds(status.value().st_ctim));
}

// A journal that a crash left: whatever of it was done is done again. Not where the object is
// another one by now, or someone wrote to it meanwhile.
void LocalObjectStore::finish_edit(const std::string& account, const base::FileDescriptor& pending,
                                   const std::string& name) {
  auto file = PendingFile::take_up(pending, name);
  if (file.has_error()) return;
  auto stored = read_edit(file.value().file());
  // One that was closed already is a sidecar on the way to its place; one that was cut short before
  // its first byte moved speaks of a file that is not so.
  if (stored.has_error()) return finish_intent(account, pending, name);
  EditJournal& journal = stored.value().journal;
  const ObjectName object{account, journal.after.container, journal.after.name};
  auto found = look(object, Access::Write);
  if (found.has_error()) return;
  const struct stat& status = found.value().status;
  const auto size = static_cast<uint64_t>(status.st_size);
  const bool same_file = status.st_ino == journal.after.inode && status.st_nlink == 1;
  const bool cut_short = size >= std::min(journal.size_before, journal.after.size) &&
                         size <= std::max(journal.size_before, journal.after.size);
  const auto& sidecar = found.value().sidecar;
  if (!same_file || !cut_short || (sidecar && sidecar->etag != journal.etag_before)) return;
  const Content bytes = Content::of(file.value().file(), stored.value().data_offset, journal.size);
  if (apply_edit(found.value().file, journal, bytes).has_error()) return;
  (void)settle_edit(object, journal, stored.value().sidecar_size, found.value(), file.value());
}

}  // namespace homeport::objects
