#pragma once

#include <cstdint>
#include <vector>

#include "base/file.hpp"
#include "base/result.hpp"
#include "objects/object_store.hpp"

namespace homeport::objects {

/// Files that are written in place and may have holes: what page blobs and shares are.

/// Writes `content` from `offset` on, in bounded memory.
base::Result<void> write_content_at(const base::FileDescriptor& file, uint64_t offset,
                                    const Content& content);

/// Makes bytes zero and gives their room on the disk back, where the file system can.
base::Result<void> clear_bytes(const base::FileDescriptor& file, uint64_t offset, uint64_t size);

/// Makes room for bytes that are about to be written there, where the file system can: a full disk
/// shows itself before the first of them. ResourceExhausted.
base::Result<void> reserve_bytes(const base::FileDescriptor& file, uint64_t offset, uint64_t size);

/// Makes the empty file `target` a copy of the first `size` bytes of `source`, holes included:
/// sharing their room on the disk where the file system can, else copied by the kernel.
base::Result<void> copy_sparse(const base::FileDescriptor& target,
                               const base::FileDescriptor& source, uint64_t size);

struct Extent {
  uint64_t offset = 0;
  uint64_t size = 0;
  bool operator==(const Extent&) const = default;
};

/// Where between `offset` and `offset + size` bytes were written, in steps of 512 and no further
/// than the file. The file system knows in blocks of its own; a block at an edge of what it tells
/// is looked into.
base::Result<std::vector<Extent>> written_extents(const base::FileDescriptor& file, uint64_t offset,
                                                  uint64_t size);

}  // namespace homeport::objects
