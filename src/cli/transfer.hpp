#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/blob_container.hpp"

namespace homeport::cli {

/// One file to move between this machine and a container.
struct TransferItem {
  std::filesystem::path local;
  std::string blob;
  uint64_t size = 0;
};

/// How far a transfer is; written by its workers.
struct TransferProgress {
  std::atomic<uint64_t> bytes{0};
  std::atomic<size_t> files{0};
};

enum class Direction { Upload, Download };

/// Moves every item, several at once, large ones piece by piece. A downloaded file appears whole or
/// not at all. `tick` is called on the calling thread about ten times a second and says whether to
/// go on. The first error ends it; what was moved stays.
base::Result<void> transfer(const BlobContainer& container, const std::vector<TransferItem>& items,
                            Direction direction, TransferProgress& progress,
                            const std::function<bool()>& tick);

}  // namespace homeport::cli
