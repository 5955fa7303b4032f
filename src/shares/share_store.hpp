#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "objects/content.hpp"
#include "objects/object_store.hpp"
#include "shares/card.hpp"
#include "shares/lookup.hpp"

namespace homeport::shares {

/// A file or directory of a share. The share is a container of the object store, which also makes
/// and removes it; its account's name is objects::share_account's.
struct EntryName {
  objects::ContainerName share;
  std::string path;  ///< as parse_path gives it; "" is the share's top
};

enum class EntryKind { Directory, File };

struct EntryInfo {
  std::string path;  ///< with the case in which it is kept
  EntryKind kind = EntryKind::File;
  uint64_t size = 0;
  uint64_t id = 0;  ///< its inode, and its directory's
  uint64_t parent_id = 0;
  std::string etag;  ///< without quotes; another whenever bytes or what is known of them change
  base::TimePoint modified{};
  base::TimePoint created{};
  base::TimePoint written{};  ///< when its bytes changed last, or what a client said of that
  base::TimePoint changed{};
  std::string attributes;      ///< "Archive", "ReadOnly|Hidden"
  std::string permission_key;  ///< "" = the share's own
  objects::ContentProperties properties{};
  objects::Metadata metadata{};
  std::optional<objects::CopyRecord> copy{};
};

/// Looks at what is there now (null: nothing) and refuses the change with an error, which the
/// caller gets unchanged. Runs while the share's names stand still: must not call the store.
using EntryPrecondition = std::function<base::Result<void>(const EntryInfo* current)>;

/// What a change sets; the rest stays, or is as a new entry has it.
struct EntryChanges {
  std::optional<uint64_t> size{};  ///< of a file
  std::optional<objects::ContentProperties> properties{};
  std::optional<objects::Metadata> metadata{};
  std::optional<std::string> attributes{};
  std::optional<std::string> permission_key{};
  std::optional<base::TimePoint> created{};
  std::optional<base::TimePoint> written{};
  std::optional<objects::CopyRecord> copy{};
  EntryPrecondition precondition{};
};

enum class LastWrite { Now, Preserve };
struct RangeWrite {
  uint64_t offset = 0;
  objects::Content content{};
  std::string expected_md5{};  ///< raw; the bytes must have it (InvalidArgument "Md5Mismatch")
  LastWrite last_write = LastWrite::Now;
  EntryPrecondition precondition{};
};

struct Range {
  uint64_t offset = 0;
  uint64_t size = 0;
  bool operator==(const Range&) const = default;
};

/// An open file. Others may write to it meanwhile.
struct OpenEntry {
  EntryInfo info;
  base::FileDescriptor file;
};

enum class Detail { Names, Full };  ///< Names: kind, path and size only
struct EntryListing {
  std::vector<EntryInfo> entries;  ///< by name, bytewise
  std::string next;                ///< the `start` of the next page; "" = this was the last
};

enum class Replace { No, Yes };

/// The trees of file shares: what a person, a mount and the Files dialect see is the same
/// directories and files, at once. A file's bytes are written in place; a new one, or one that
/// replaces another, appears whole. What a file system cannot say is on a Card beside the tree, by
/// inode, so that it follows a rename through a mount. Names are found without regard to case and
/// keep theirs. Links, FIFOs and devices that a program makes in a mount are not there.
///
/// Every change is durable when its call returns. Any thread. Errors common to all: NotFound
/// "ContainerNotFound", "ParentNotFound", "ResourceNotFound"; Conflict "ResourceTypeMismatch" where
/// a directory is asked for and a file is there, or the other way round; ResourceExhausted.
class ShareStore {
 public:
  /// `root` is the object store's. `clock` must outlive it.
  static base::Result<std::unique_ptr<ShareStore>> open(const std::filesystem::path& root,
                                                        const base::Clock& clock);

  /// AlreadyExists "ResourceAlreadyExists".
  base::Result<EntryInfo> create_directory(const EntryName& name, const EntryChanges& changes);
  /// A file of these bytes and then, up to changes.size where given, of zeros that take no room.
  /// Replaces one that is there.
  base::Result<EntryInfo> create_file(const EntryName& name, const objects::Content& content,
                                      const EntryChanges& changes);

  base::Result<EntryInfo> find(const EntryName& name, EntryKind kind);
  base::Result<OpenEntry> open_file(const EntryName& name);
  base::Result<EntryInfo> update(const EntryName& name, EntryKind kind,
                                 const EntryChanges& changes);
  /// Conflict "DirectoryNotEmpty".
  base::Result<void> remove(const EntryName& name, EntryKind kind,
                            const EntryPrecondition& precondition);
  /// Within one share. AlreadyExists "ResourceAlreadyExists" unless Replace::Yes.
  base::Result<EntryInfo> rename(const EntryName& from, const EntryName& to, EntryKind kind,
                                 Replace replace, const EntryChanges& changes);
  /// What is directly in a directory and begins with `query.prefix`; `delimiter` is not looked at.
  base::Result<EntryListing> list(const EntryName& directory, const objects::ListQuery& query,
                                  Detail detail);

  /// InvalidArgument "InvalidRange" where it leaves the file.
  base::Result<EntryInfo> write_range(const EntryName& name, const RangeWrite& write);
  base::Result<EntryInfo> clear_range(const EntryName& name, const Range& range,
                                      LastWrite last_write, const EntryPrecondition& precondition);
  /// Where in `within` the file has bytes of its own, in steps of 512.
  base::Result<std::vector<Range>> ranges(const EntryName& name, const Range& within);

  /// Bytes on the disk.
  base::Result<uint64_t> usage(const objects::ContainerName& share);

  /// Keeps a security descriptor; gives its key, the same for the same text.
  base::Result<std::string> keep_permission(const objects::ContainerName& share,
                                            const std::string& text);
  /// NotFound "ResourceNotFound".
  base::Result<std::string> permission(const objects::ContainerName& share, const std::string& key);

  /// Drops cards of files that are no more. Call it now and then.
  void collect_garbage();

 private:
  ShareStore(std::filesystem::path root, base::FileDescriptor root_fd, const base::Clock& clock);

  /// An entry's file or directory (O_PATH unless opened to be read or written).
  struct Found {
    Place place;
    EntryKind kind = EntryKind::File;
    base::FileDescriptor file;
    struct statx status {};
    std::optional<Card> card;
  };

  base::Result<base::FileDescriptor> open_share(const objects::ContainerName& share) const;
  base::Result<Found> look(const EntryName& name, const base::FileDescriptor& share) const;
  base::Result<Found> look(const EntryName& name, const base::FileDescriptor& share,
                           EntryKind kind) const;
  base::Result<EntryInfo> describe(const Found& found, const base::FileDescriptor& share) const;
  base::Result<void> ask(const EntryPrecondition& precondition, const Found* current,
                         const base::FileDescriptor& share) const;
  std::optional<Card> read_card(const objects::ContainerName& share,
                                const struct statx& status) const;
  base::Result<void> write_card(const objects::ContainerName& share, const Card& card);
  void drop_card(const objects::ContainerName& share, uint64_t inode);
  base::Result<void> apply(const EntryChanges& changes, const EntryName& name, Found& found);
  base::Result<base::FileDescriptor> open_to_write(const EntryName& name,
                                                   const base::FileDescriptor& share, Found& found);
  base::Result<void> split_from_other_names(const EntryName& name,
                                            const base::FileDescriptor& share, Found& found);
  template <typename Change>
  base::Result<EntryInfo> change_bytes(const EntryName& name, const Range& range,
                                       LastWrite last_write, const EntryPrecondition& precondition,
                                       Change change);
  base::Result<void> adopt_copies();
  std::vector<objects::ContainerName> shares() const;
  std::shared_mutex& names_of(const objects::ContainerName& share) const;

  const std::filesystem::path root_;
  const base::FileDescriptor root_fd_;
  const base::Clock& clock_;
  objects::SyncGate gate_;
  static constexpr size_t kLocks = 64;
  /// Of a share's names: exclusive while entries come, go or move; shared while bytes are written.
  mutable std::array<std::shared_mutex, kLocks> names_;
};

}  // namespace homeport::shares
