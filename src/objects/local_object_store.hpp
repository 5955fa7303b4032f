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
///   ROOT/ACCOUNT/blocks/CONTAINER/HASH/HEX     a staged block by its id
///   ROOT/ACCOUNT/pending/                      half-made things, finished or dropped by open()
///   ROOT/place                                 the directory's device and inode: tells a copy
///   ROOT/boot_id                               the machine's boot in which blocks were staged
///
/// What a program made in blob/ other than directories and regular files is no object, nor is a
/// name that is not UTF-8. Where a plain file and an escaped one have the same name, the plain one
/// counts: it was written later, through a mount.
///
/// A put is: bytes into pending/, fsync; sidecar into pending/, fsync; both renamed; fsync of the
/// directory. One server per ROOT.
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
  base::Result<ContainerListing> list_containers(const std::string& account,
                                                 const ListQuery& query) override;

  base::Result<ObjectInfo> put(const ObjectName& name, const Content& content,
                               const PutOptions& options) override;
  base::Result<ObjectInfo> find(const ObjectName& name) override;
  base::Result<OpenObject> open(const ObjectName& name) override;
  base::Result<ObjectInfo> update(const ObjectName& name, const ObjectChanges& changes) override;
  base::Result<void> remove(const ObjectName& name, const Precondition& precondition) override;
  base::Result<Listing> list(const ContainerName& name, const ListQuery& query) override;

  base::Result<void> stage_block(const ObjectName& name, const std::string& id,
                                 const Content& content, const std::string& expected_md5) override;
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
    bool escaped = false;
    ObjectInfo info(const std::string& name) const;
  };

  LocalObjectStore(std::filesystem::path root, base::FileDescriptor root_fd,
                   const base::Clock& clock);

  base::Result<base::FileDescriptor> open_container(const ContainerName& name) const;
  base::Result<base::FileDescriptor> open_pending(const std::string& account) const;
  base::Result<Found> look(const ObjectName& name, Access access) const;
  std::optional<Sidecar> read_sidecar(const std::string& path) const;

  base::Result<PendingFile> fill(const base::FileDescriptor& pending, const Content& content);
  base::Result<ObjectInfo> commit(const ObjectName& name, const base::FileDescriptor& pending,
                                  PendingFile data, Sidecar sidecar,
                                  const Precondition& precondition);
  /// Moves the bytes to where the name belongs. Gives the directory to sync.
  base::Result<base::FileDescriptor> place(const ObjectName& name, PendingFile& data);
  base::Result<void> move_sidecar(const ObjectName& name, PendingFile& intent);
  void remove_empty_parents(const base::FileDescriptor& container, std::string path) const;

  /// The names of containers of the account that a person would see, sorted.
  std::vector<std::string> container_names(const std::string& account) const;
  base::Result<ContainerInfo> describe_container(const ContainerName& name) const;
  void discard_leftovers(const ContainerName& name);

  std::vector<std::string> escaped_names(const ContainerName& name, const ListQuery& query) const;

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
