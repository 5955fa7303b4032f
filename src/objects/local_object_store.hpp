#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "objects/beneath.hpp"
#include "objects/content.hpp"
#include "objects/edit_journal.hpp"
#include "objects/object_store.hpp"
#include "objects/pending.hpp"
#include "objects/sidecar.hpp"

namespace homeport::objects {

/// Objects as plain files on this machine's disk, Linux 5.6 and up:
///
///   ROOT/ACCOUNT/blob/CONTAINER/path/to/blob   what a person and a mount see
///   ROOT/ACCOUNT/meta/CONTAINER/container      a container's metadata
///   ROOT/ACCOUNT/meta/CONTAINER/HH/HASH        an object's Sidecar; HHHASH = SHA-256 of its name
///   ROOT/ACCOUNT/escaped/CONTAINER/HASH        bytes of a name that is no path, or whose path is
///                                              taken (`a` beside `a/b`); the sidecar has the name
///   ROOT/ACCOUNT/meta/CONTAINER/HH/HASH.lease  its lease, if it has one
///   ROOT/ACCOUNT/blocks/CONTAINER/HASH/HEX     a staged block by its id
///   ROOT/ACCOUNT/snapshots/CONTAINER/HASH/TIME a snapshot's bytes, and TIME.meta its sidecar
///   ROOT/ACCOUNT/pending/                      half-made things, finished or dropped by open()
///   ROOT/place                                 the directory's device and inode: tells a copy
///   ROOT/boot_id                               the machine's boot in which blocks were staged
///
/// What a program made in blob/ other than directories and regular files is no object, nor is a
/// name that is not UTF-8. Where a plain file and an escaped one have the same name, the plain one
/// counts: it was written later, through a mount.
///
/// A put is: bytes into pending/, fsync; sidecar into pending/, fsync; both renamed; fsync of the
/// directory. A change in place is an EditJournal. One server per ROOT.
class LocalObjectStore final : public ObjectStore {
 public:
  /// Makes `root` (0700) where missing and finishes what a crash left. `clock` must outlive it.
  static base::Result<std::unique_ptr<LocalObjectStore>> open(const std::filesystem::path& root,
                                                              const base::Clock& clock);

  base::Result<ContainerInfo> create_container(const ContainerName& name,
                                               const Metadata& metadata) override;
  base::Result<void> remove_container(const ContainerName& name,
                                      const ContainerPrecondition& precondition) override;
  base::Result<ContainerInfo> container(const ContainerName& name) override;
  base::Result<ContainerInfo> update_container(const ContainerName& name,
                                               const ContainerChanges& changes) override;
  base::Result<ContainerInfo> lease_container(const ContainerName& name, const LeaseStep& step,
                                              const ContainerPrecondition& precondition) override;
  base::Result<ContainerListing> list_containers(const std::string& account,
                                                 const ListQuery& query) override;

  base::Result<ObjectInfo> put(const ObjectName& name, const Content& content,
                               const PutOptions& options) override;
  base::Result<ObjectInfo> find(const ObjectName& name) override;
  base::Result<OpenObject> open(const ObjectName& name) override;
  base::Result<ObjectInfo> update(const ObjectName& name, const ObjectChanges& changes) override;
  base::Result<void> remove(const ObjectName& name, const RemoveOptions& options) override;
  base::Result<Listing> list(const ContainerName& name, const ListQuery& query) override;

  base::Result<ObjectInfo> edit(const ObjectName& name, const Edit& edit) override;
  base::Result<ObjectInfo> snapshot(const ObjectName& name,
                                    const SnapshotOptions& options) override;
  base::Result<ObjectInfo> lease(const ObjectName& name, const LeaseStep& step,
                                 const Precondition& precondition) override;

  base::Result<void> stage_block(const ObjectName& name, const std::string& id,
                                 const Content& content, const StageOptions& options) override;
  base::Result<ObjectInfo> commit_blocks(const ObjectName& name,
                                         const std::vector<BlockChoice>& blocks,
                                         const PutOptions& options) override;
  base::Result<BlockList> block_list(const ObjectName& name) override;

  base::Result<std::filesystem::path> local_path(const ContainerName& name, const std::string& path,
                                                 Make make) override;
  void collect_garbage() override;

 private:
  /// An object's file and what is known of it.
  struct Found {
    base::FileDescriptor file;
    struct stat status {};
    std::optional<Sidecar> sidecar;  ///< only if it speaks of this file
    Lease lease{};
    std::string snapshot{};  ///< which, if it is one
    bool escaped = false;
    ObjectInfo info(const std::string& name) const;
  };

  LocalObjectStore(std::filesystem::path root, base::FileDescriptor root_fd,
                   const base::Clock& clock);

  base::Result<base::FileDescriptor> open_container(const ContainerName& name) const;
  base::Result<base::FileDescriptor> open_pending(const std::string& account) const;
  base::Result<Found> look(const ObjectName& name, Access access) const;
  std::optional<Sidecar> read_sidecar(const std::string& path) const;

  /// NotFound and InvalidArgument as `look`, and what `precondition` says.
  base::Result<void> ask(const ObjectName& name, const Precondition& precondition,
                         bool& was_there) const;
  base::Result<PendingFile> fill(const base::FileDescriptor& pending, const Content& content,
                                 ObjectKind kind);
  base::Result<ObjectInfo> commit(const ObjectName& name, const base::FileDescriptor& pending,
                                  PendingFile data, Sidecar sidecar,
                                  const Precondition& precondition);
  /// Moves the bytes to where the name belongs. Gives the directory to sync.
  base::Result<base::FileDescriptor> place(const ObjectName& name, PendingFile& data);
  base::Result<void> move_sidecar(const ObjectName& name, PendingFile& intent);
  base::Result<void> remove_file(const ObjectName& name, const Found& found);
  void remove_empty_parents(const base::FileDescriptor& container, std::string path) const;

  /// The names of containers of the account that a person would see, sorted.
  std::vector<std::string> container_names(const std::string& account) const;
  base::Result<ContainerInfo> describe_container(const ContainerName& name) const;
  void discard_leftovers(const ContainerName& name);

  std::vector<std::string> escaped_names(const ContainerName& name, const ListQuery& query) const;

  base::Result<Found> look_to_edit(const ObjectName& name, const Edit& edit) const;
  base::Result<void> carry_out(const ObjectName& name, EditJournal& journal, const Content& bytes,
                               Found& found);
  base::Result<void> settle_edit(const ObjectName& name, EditJournal& journal,
                                 uint64_t sidecar_size, Found& found, PendingFile& file);
  void take_back(const ObjectName& name, const Found& found);
  void finish_edit(const std::string& account, const base::FileDescriptor& pending,
                   const std::string& name);

  Lease read_lease(const ObjectName& name) const;
  void end_lease_if_over(const ObjectName& name, bool was_there);

  std::vector<std::string> snapshot_ids(const ObjectName& name) const;
  base::Result<Found> look_at_snapshot(const ObjectName& name, Access access) const;
  base::Result<std::optional<ObjectInfo>> keep_snapshot(const ObjectName& name,
                                                        const std::string& source_etag,
                                                        const SnapshotOptions& options,
                                                        const base::FileDescriptor& pending,
                                                        PendingFile& data, Sidecar& sidecar);
  base::Result<void> remove_snapshot(const ObjectName& name, const Precondition& precondition);
  base::Result<void> discard_snapshots(const ObjectName& name, const std::vector<std::string>& ids);
  void drop_half_snapshots(const std::string& account);

  base::Result<std::vector<Block>> staged_blocks(const ObjectName& name) const;
  base::Result<std::vector<Block>> copy_blocks(const ObjectName& name,
                                               const std::vector<BlockChoice>& blocks,
                                               const Found* current,
                                               const base::FileDescriptor& target) const;
  void drop_staged(const ObjectName& name);

  std::vector<std::string> accounts() const;
  void recover(const std::string& account);
  void finish_intent(const std::string& account, const base::FileDescriptor& pending,
                     const std::string& name);
  base::Result<void> forget_blocks_of_other_boots();
  base::Result<void> settle();
  base::Result<void> adopt_copies(const ContainerName& name);

  /// One object's commits and looks, apart from those of (nearly) all others.
  std::shared_mutex& lock_of(const ObjectName& name) const;

  const std::filesystem::path root_;
  const base::FileDescriptor root_fd_;
  const base::Clock& clock_;
  SyncGate gate_;
  /// Exclusive while a container is made or removed; shared by commits. Taken before lock_of.
  std::shared_mutex containers_mutex_;
  static constexpr size_t kLocks = 1024;
  mutable std::array<std::shared_mutex, kLocks> locks_;
};

}  // namespace homeport::objects
