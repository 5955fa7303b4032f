#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <mutex>

#include "base/text.hpp"
#include "objects/directory.hpp"
#include "objects/local_layout.hpp"
#include "objects/local_object_store.hpp"
#include "objects/names.hpp"

namespace homeport::objects {
namespace {

constexpr size_t kMaxBlockIdBytes = 64;

base::Error bad_block(const char* reason, std::string message) {
  base::Error error = base::invalid_argument("blockid", std::move(message));
  error.reason = reason;
  return error;
}

base::Error missing_block(const std::string& id) {
  return bad_block("InvalidBlockList",
                   "the block '" + base::base64_encode(id) + "' of the list is not there");
}

std::string from_hex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  }
  return bytes;
}

// Blocks are of Block objects only.
Precondition with_kind_checked(const Precondition& precondition) {
  return [&precondition](const ObjectInfo* current) -> base::Result<void> {
    if (precondition) {
      HP_TRYV(precondition(current));
    }
    if (current != nullptr && current->traits.kind != ObjectKind::Block) {
      return base::conflict("InvalidBlobType", "the blob is no block blob");
    }
    return base::success();
  };
}

struct Range {
  uint64_t offset = 0;
  uint64_t size = 0;
};

}  // namespace

base::Result<void> LocalObjectStore::stage_block(const ObjectName& name, const std::string& id,
                                                 const Content& content,
                                                 const StageOptions& options) {
  HP_TRYV(check(name));
  if (id.empty() || id.size() > kMaxBlockIdBytes) {
    return bad_block("InvalidQueryParameterValue", "a block id has 1 to 64 bytes before base64");
  }
  HP_TRYV(open_container(name.parent()));
  HP_TRY(const auto pending, open_pending(name.account));
  if (!options.expected_md5.empty()) {
    HP_TRY(const std::string md5, md5_of(content));
    HP_TRYV(check_md5(options.expected_md5, md5));
  }
  HP_TRY(auto data, fill(pending, content, ObjectKind::Block));
  const std::shared_lock containers(containers_mutex_);
  HP_TRYV(open_container(name.parent()));
  const std::unique_lock lock(lock_of(name));
  bool was_there = false;
  HP_TRYV(ask(name, with_kind_checked(options.precondition), was_there));
  HP_TRY(const auto staged, staged_blocks(name));
  if (!staged.empty() && staged.front().id.size() != id.size()) {
    return bad_block("InvalidBlobOrBlock", "all block ids of one blob have the same length");
  }
  HP_TRY(const auto directory,
         make_directories(root_fd_.get(), layout::blocks(name), layout::kOwnDirectory));
  if (!data.move_to(directory.get(), base::to_hex(id))) {
    return base::system_error("cannot keep a block of '" + name.name + "'", errno);
  }
  return base::success();
}

base::Result<std::vector<Block>> LocalObjectStore::staged_blocks(const ObjectName& name) const {
  std::vector<Block> blocks;
  const auto directory = open_beneath(root_fd_.get(), layout::blocks(name), O_RDONLY | O_DIRECTORY);
  if (directory.has_error()) return blocks;
  for (const DirectoryEntry& entry : read_directory(directory.value().get(), "")) {
    struct stat status {};
    if (::fstatat(directory.value().get(), entry.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
      blocks.push_back({from_hex(entry.name), static_cast<uint64_t>(status.st_size)});
    }
  }
  std::ranges::sort(blocks, {}, &Block::id);
  return blocks;
}

base::Result<BlockList> LocalObjectStore::block_list(const ObjectName& name) {
  const std::shared_lock lock(lock_of(name));
  const auto found = look(name, Access::Look);
  if (found.has_error() && found.error().reason != "BlobNotFound") return found.error();
  BlockList list;
  HP_TRY(list.uncommitted, staged_blocks(name));
  if (found.has_error() && list.uncommitted.empty()) return found.error();
  if (found.has_value() && found.value().sidecar) list.committed = found.value().sidecar->blocks;
  return list;
}

base::Result<std::vector<Block>> LocalObjectStore::copy_blocks(
    const ObjectName& name, const std::vector<BlockChoice>& blocks, const Found* current,
    const base::FileDescriptor& target) const {
  std::map<std::string, Range> committed;
  if (current != nullptr && current->sidecar) {
    uint64_t offset = 0;
    for (const Block& block : current->sidecar->blocks) {
      committed[block.id] = {offset, block.size};
      offset += block.size;
    }
  }
  const std::string directory = layout::blocks(name) + "/";
  std::vector<Block> result;
  for (const BlockChoice& choice : blocks) {
    if (choice.source != BlockSource::Committed) {
      const auto staged =
          open_regular(root_fd_.get(), directory + base::to_hex(choice.id), Access::Read);
      if (staged.has_value()) {
        HP_TRY(const auto status, status_of(staged.value()));
        const auto size = static_cast<uint64_t>(status.st_size);
        HP_TRYV(write_content(target, Content::of(staged.value(), 0, size)));
        result.push_back({choice.id, size});
        continue;
      }
      if (choice.source == BlockSource::Uncommitted) return missing_block(choice.id);
    }
    const auto at = committed.find(choice.id);
    if (at == committed.end()) return missing_block(choice.id);
    HP_TRYV(write_content(target, Content::of(current->file, at->second.offset, at->second.size)));
    result.push_back({choice.id, at->second.size});
  }
  return result;
}

base::Result<ObjectInfo> LocalObjectStore::commit_blocks(const ObjectName& name,
                                                         const std::vector<BlockChoice>& blocks,
                                                         const PutOptions& options) {
  HP_TRYV(check(name));
  HP_TRYV(open_container(name.parent()));
  HP_TRY(const auto pending, open_pending(name.account));
  HP_TRY(auto data, PendingFile::create(pending, layout::kDataSuffix, layout::kSharedFile));
  Sidecar sidecar;
  sidecar.properties = options.properties;
  sidecar.metadata = options.metadata;
  sidecar.traits = options.traits;
  std::string source_etag;
  {
    const std::shared_lock lock(lock_of(name));
    const auto current = look(name, Access::Read);
    const Found* found = current.has_value() ? &current.value() : nullptr;
    if (found != nullptr) source_etag = found->info(name.name).etag;
    HP_TRY(sidecar.blocks, copy_blocks(name, blocks, found, data.file()));
  }
  const bool reuses = std::ranges::any_of(
      blocks, [](const BlockChoice& choice) { return choice.source != BlockSource::Uncommitted; });
  // Bytes taken from the old object must still be the old object's when the new one replaces it.
  const Precondition precondition = [&](const ObjectInfo* current) -> base::Result<void> {
    HP_TRYV(with_kind_checked(options.precondition)(current));
    if (reuses && current != nullptr && !source_etag.empty() && current->etag != source_etag) {
      return bad_block("InvalidBlockList", "the blob was replaced while its blocks were read");
    }
    return base::success();
  };
  return commit(name, pending, std::move(data), std::move(sidecar), precondition);
}

void LocalObjectStore::drop_staged(const ObjectName& name) {
  remove_tree(root_fd_.get(), layout::blocks(name));
}

}  // namespace homeport::objects
