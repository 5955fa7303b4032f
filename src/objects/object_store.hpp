#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "objects/lease.hpp"

namespace homeport::objects {

/// Names and values that a client attached; names compare without case, order is kept.
using Metadata = std::vector<std::pair<std::string, std::string>>;

struct ContainerName {
  std::string account;
  std::string container;
  bool operator==(const ContainerName&) const = default;
};

/// An object: any UTF-8 text of 1 to 1,024 characters may be its name.
struct ObjectName {
  std::string account;
  std::string container;
  std::string name;
  std::string snapshot{};  ///< which of its snapshots, as ObjectInfo has it; "" = the object itself
  ContainerName parent() const { return {account, container}; }
  bool operator==(const ObjectName&) const = default;
};

/// How an object presents itself over HTTP. Empty = not given.
struct ContentProperties {
  std::string type{};
  std::string encoding{};
  std::string language{};
  std::string disposition{};
  std::string cache_control{};
  std::string md5{};  ///< raw, 16 bytes
  bool operator==(const ContentProperties&) const = default;
};

/// How bytes came to be where they are: copied from there. Every copy is complete when it is
/// answered.
struct CopyRecord {
  std::string id;
  std::string source;  ///< the URL, as the client gave it but without a signature
  uint64_t size = 0;
  base::TimePoint completed{};
};

/// How an object's bytes may change: replaced as a whole or from blocks; only added to at the end;
/// in pages of 512.
enum class ObjectKind { Block, Append, Page };

/// What an object is besides its bytes and what was attached to it.
struct ObjectTraits {
  ObjectKind kind = ObjectKind::Block;
  uint64_t sequence_number = 0;  ///< of a page object: a client's own count
  uint32_t appended = 0;         ///< how often bytes were added to an append object
  bool sealed = false;           ///< an append object to which nothing is added any more
  std::string access_tier{};     ///< as a client set it; "" = the account's
  base::TimePoint tier_changed{};
  std::optional<CopyRecord> copy{};
};

struct ObjectInfo {
  std::string name;
  std::string snapshot{};  ///< "2023-11-14T22:13:20.0000000Z"; "" = the object itself
  uint64_t size = 0;
  std::string etag;  ///< "0x8D…", without quotes; new with every change of bytes or metadata
  base::TimePoint created{};
  base::TimePoint modified{};
  ContentProperties properties{};
  Metadata metadata{};
  ObjectTraits traits{};
  Lease lease{};
};

/// What signatures that name it by its id may be used for; texts as the client gave them. Empty =
/// left to the signature.
struct StoredPolicy {
  std::string id;  ///< 1 to 64 characters
  std::string start{};
  std::string expiry{};
  std::string permissions{};
  bool operator==(const StoredPolicy&) const = default;
};

struct ContainerInfo {
  std::string name;
  std::string etag;
  base::TimePoint modified{};
  Metadata metadata{};
  std::vector<StoredPolicy> policies{};
  uint32_t quota_gib = 0;     ///< of a share: the size that it shows; 0 = the largest
  std::string access_tier{};  ///< of a share, as the client named it
  Lease lease{};
};

/// Runs while the container is locked: must not call the store.
using ContainerPrecondition = std::function<base::Result<void>(const ContainerInfo& current)>;

/// What `update_container` replaces; the rest stays.
struct ContainerChanges {
  std::optional<Metadata> metadata{};
  std::optional<std::vector<StoredPolicy>> policies{};
  std::optional<uint32_t> quota_gib{};
  std::optional<std::string> access_tier{};
  /// Looks at what is there and refuses the change with an error, which the caller gets unchanged.
  ContainerPrecondition precondition{};
};

/// Where the bytes of a write come from: `text`, or `size` bytes of `*file` from `offset`. Borrowed
/// for the call. An unlinked O_TMPFILE file that is taken whole is linked in, not copied: its owner
/// must not write to it any more.
struct Content {
  std::string_view text{};
  const base::FileDescriptor* file = nullptr;
  uint64_t offset = 0;
  uint64_t size = 0;

  static Content of(std::string_view bytes) { return {bytes, nullptr, 0, bytes.size()}; }
  static Content of(const base::FileDescriptor& file, uint64_t offset, uint64_t size) {
    return {{}, &file, offset, size};
  }
};

/// Looks at what is there now (null: nothing) and refuses the change with an error, which the
/// caller gets unchanged. Runs while the object is locked: must not call the store.
using Precondition = std::function<base::Result<void>(const ObjectInfo* current)>;

struct PutOptions {
  /// `md5` empty: put computes it of a Block object, otherwise there is none.
  ContentProperties properties{};
  ObjectTraits traits{};
  uint64_t size = 0;  ///< of a Page object: zeros up to there
  Metadata metadata{};
  std::string expected_md5{};  ///< raw; the bytes must have it (InvalidArgument "Md5Mismatch")
  Precondition precondition{};
};

/// What a sequence number becomes: the larger of the two, `value`, or one more.
struct SequenceStep {
  enum class Action { Max, Update, Increment };
  Action action = Action::Update;
  uint64_t value = 0;
};

/// What `update` replaces; the rest stays.
struct ObjectChanges {
  std::optional<ContentProperties> properties{};
  std::optional<Metadata> metadata{};
  std::optional<SequenceStep> sequence{};
  std::optional<bool> sealed{};
  std::optional<std::string> access_tier{};  ///< changes no ETag
  Precondition precondition{};
};

/// A change of an object's bytes where they are.
struct Edit {
  enum class Action { Append, Write, Clear, Resize };
  Action action = Action::Append;
  uint64_t offset = 0;  ///< of Write and Clear
  uint64_t size = 0;    ///< of Clear, and the new one of Resize
  Content content{};    ///< of Append and Write
  std::string expected_md5{};
  Precondition precondition{};
};

struct StageOptions {
  std::string expected_md5{};
  Precondition precondition{};
};

struct SnapshotOptions {
  std::optional<Metadata> metadata{};  ///< of the snapshot; none: the object's
  Precondition precondition{};
};

/// What becomes of an object's snapshots when it is removed. Refuse: Conflict "SnapshotsPresent"
/// where there are any. Only: they go, it stays.
enum class Snapshots { Include, Refuse, Only };
struct RemoveOptions {
  Snapshots snapshots = Snapshots::Include;
  Precondition precondition{};
};

/// Makes of the lease that is there the one that is wanted, or refuses. Runs while the object or
/// container is locked: must not call the store.
using LeaseStep = std::function<base::Result<Lease>(const Lease& current)>;

/// An object opened for reading. The bytes stay those of `info` unless someone writes to the same
/// file in place: through a mount, or to the pages of a Page object.
struct OpenObject {
  ObjectInfo info;
  base::FileDescriptor file;
};

struct ListQuery {
  std::string prefix{};
  std::string delimiter{};
  std::string start{};  ///< the first name wanted, as a Listing's `next`; "" = from the beginning
  size_t max = 5000;
  bool snapshots = false;        ///< each object after its snapshots, oldest first
  std::string start_snapshot{};  ///< of the object `start`, as a Listing's `next_snapshot`
};

/// An object, or (no `object`) the common prefix of several, delimiter included.
struct ListEntry {
  std::string name;
  std::optional<ObjectInfo> object;
};

struct Listing {
  std::vector<ListEntry> entries;  ///< by full name, bytewise
  std::string next;                ///< `start` of the next page; "" = this was the last
  std::string next_snapshot{};     ///< `start_snapshot` of the next page
};

struct ContainerListing {
  std::vector<ContainerInfo> entries;
  std::string next;
};

enum class BlockSource { Committed, Uncommitted, Latest };

struct BlockChoice {
  std::string id;  ///< raw bytes, up to 64
  BlockSource source = BlockSource::Latest;
};

struct Block {
  std::string id;
  uint64_t size = 0;
  bool operator==(const Block&) const = default;
};

struct BlockList {
  std::vector<Block> committed;    ///< in the object's order
  std::vector<Block> uncommitted;  ///< by id
};

enum class Make { No, Directories };

/// Bytes by name. Every write is atomic and durable when its call returns: others see the object
/// before it or after it, and a failed write leaves what was there. Any thread.
///
/// Errors common to all: NotFound "ContainerNotFound" and "BlobNotFound"; InvalidArgument
/// "InvalidResourceName" for a name that cannot be; ResourceExhausted when the disk is full.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  /// AlreadyExists "ContainerAlreadyExists".
  virtual base::Result<ContainerInfo> create_container(const ContainerName& name,
                                                       const Metadata& metadata) = 0;
  virtual base::Result<void> remove_container(const ContainerName& name,
                                              const ContainerPrecondition& precondition) = 0;
  virtual base::Result<ContainerInfo> container(const ContainerName& name) = 0;
  virtual base::Result<ContainerInfo> update_container(const ContainerName& name,
                                                       const ContainerChanges& changes) = 0;
  /// Changes no ETag.
  virtual base::Result<ContainerInfo> lease_container(
      const ContainerName& name, const LeaseStep& step,
      const ContainerPrecondition& precondition) = 0;
  /// By name; `delimiter` is not looked at.
  virtual base::Result<ContainerListing> list_containers(const std::string& account,
                                                         const ListQuery& query) = 0;

  /// Makes or replaces. Drops staged blocks of that name.
  virtual base::Result<ObjectInfo> put(const ObjectName& name, const Content& content,
                                       const PutOptions& options) = 0;
  virtual base::Result<ObjectInfo> find(const ObjectName& name) = 0;
  virtual base::Result<OpenObject> open(const ObjectName& name) = 0;
  virtual base::Result<ObjectInfo> update(const ObjectName& name, const ObjectChanges& changes) = 0;
  /// One snapshot where the name says which.
  virtual base::Result<void> remove(const ObjectName& name, const RemoveOptions& options) = 0;
  virtual base::Result<Listing> list(const ContainerName& name, const ListQuery& query) = 0;

  /// Changes an Append object (Action::Append) or a Page object (the others), whole or not at all.
  /// Conflict "InvalidBlobType" for any other, also for one whose file was written through a mount;
  /// Conflict "BlobIsSealed", "BlockCountExceedsLimit"; InvalidArgument "InvalidPageRange" where
  /// the place lies outside.
  virtual base::Result<ObjectInfo> edit(const ObjectName& name, const Edit& edit) = 0;

  /// Keeps the object as it is now under its name and the time, aside from the tree that a mount
  /// shows, until it is removed. An object that a mount removes leaves its snapshots behind.
  virtual base::Result<ObjectInfo> snapshot(const ObjectName& name,
                                            const SnapshotOptions& options) = 0;

  /// Changes no ETag. A lease outlives a replacement of its object and a restart of the server; one
  /// that locks nobody out any more ends with the next write.
  virtual base::Result<ObjectInfo> lease(const ObjectName& name, const LeaseStep& step,
                                         const Precondition& precondition) = 0;

  /// Keeps bytes aside until they are committed. They outlive the server, not the machine's
  /// restart, and are dropped after a week. All ids of one object have one length
  /// (InvalidArgument "InvalidBlobOrBlock"). Conflict "InvalidBlobType" beside one of another kind.
  virtual base::Result<void> stage_block(const ObjectName& name, const std::string& id,
                                         const Content& content, const StageOptions& options) = 0;
  /// Makes or replaces the object from blocks, in this order, and drops what else is staged.
  /// InvalidArgument "InvalidBlockList" if one is missing.
  virtual base::Result<ObjectInfo> commit_blocks(const ObjectName& name,
                                                 const std::vector<BlockChoice>& blocks,
                                                 const PutOptions& options) = 0;
  /// NotFound "BlobNotFound" if there is neither an object nor a staged block.
  virtual base::Result<BlockList> block_list(const ObjectName& name) = 0;

  /// The place of `path` ("" = the container itself) on this machine, for a bind mount or direct
  /// writes; no part of it is a symbolic link at the time of the call. NotFound
  /// "BlobNotFound" if it is not there (Make::No). InvalidArgument where the name is no plain path.
  virtual base::Result<std::filesystem::path> local_path(const ContainerName& name,
                                                         const std::string& path, Make make) = 0;

  /// Drops staged blocks of uploads that nobody touched for a week. Call it now and then.
  virtual void collect_garbage() = 0;
};

}  // namespace homeport::objects
