#include "cli/transfer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "base/file.hpp"
#include "base/text.hpp"

namespace homeport::cli {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kPiece = 8ULL << 20;
constexpr size_t kWorkers = 4;
constexpr auto kTick = std::chrono::milliseconds(100);

/// What the workers of one transfer share.
class Work {
 public:
  explicit Work(size_t items) : items_(items) {}

  std::optional<size_t> next() {
    const size_t index = next_++;
    return stop_ || index >= items_ ? std::nullopt : std::optional(index);
  }
  bool stopped() const { return stop_; }
  void stop() { stop_ = true; }
  void fail(base::Error error) {
    const std::lock_guard lock(mutex_);
    if (!error_) {
      error_ = std::move(error);
    }
    stop_ = true;
  }
  void worker_done() {
    const std::lock_guard lock(mutex_);
    ++done_;
    changed_.notify_all();
  }
  /// True when `workers` are done; false after one tick's time.
  bool wait(size_t workers) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kTick, [&] { return done_ == workers; });
  }
  const std::optional<base::Error>& error() const { return error_; }

 private:
  const size_t items_;
  std::atomic<size_t> next_{0};
  std::atomic<bool> stop_{false};
  std::mutex mutex_;  ///< guards done_ and error_
  std::condition_variable changed_;
  size_t done_ = 0;
  std::optional<base::Error> error_;
};

base::Result<std::string> read_piece(int fd, const fs::path& path) {
  std::string piece(kPiece, '\0');
  size_t filled = 0;
  while (filled < piece.size()) {
    const ssize_t count = ::read(fd, piece.data() + filled, piece.size() - filled);
    if (count < 0 && errno != EINTR) {
      return base::system_error("read " + path.string(), errno);
    }
    if (count == 0) {
      break;
    }
    filled += static_cast<size_t>(std::max<ssize_t>(count, 0));
  }
  piece.resize(filled);
  return piece;
}

base::Result<void> upload(const BlobContainer& container, const TransferItem& item,
                          TransferProgress& progress, const Work& work) {
  const base::FileDescriptor file(::open(item.local.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) {
    return base::system_error("open " + item.local.string(), errno);
  }
  HP_TRY(std::string piece, read_piece(file.get(), item.local));
  if (piece.size() < kPiece) {
    const uint64_t size = piece.size();
    HP_TRYV(container.put(item.blob, std::move(piece)));
    progress.bytes += size;
    return base::success();
  }
  std::vector<std::string> ids;
  // By what is read, not by the size seen before: the file may have grown.
  while (!piece.empty() && !work.stopped()) {
    std::string number = std::to_string(ids.size());
    number.insert(0, 8 - std::min<size_t>(number.size(), 8), '0');
    ids.push_back(base::base64_encode(number));
    const uint64_t size = piece.size();
    HP_TRYV(container.put_block(item.blob, ids.back(), std::move(piece)));
    progress.bytes += size;
    HP_TRY(piece, read_piece(file.get(), item.local));
  }
  return work.stopped() ? base::Result<void>(base::success())
                        : container.put_block_list(item.blob, ids);
}

base::Result<void> write_all(int fd, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR) {
      return base::system_error("write " + path.string(), errno);
    }
    bytes.remove_prefix(static_cast<size_t>(std::max<ssize_t>(count, 0)));
  }
  return base::success();
}

base::Result<void> download_into(int fd, const BlobContainer& container, const TransferItem& item,
                                 TransferProgress& progress, const Work& work) {
  for (uint64_t offset = 0; offset < item.size && !work.stopped();) {
    HP_TRY(const std::string piece,
           container.read(item.blob, offset, std::min(kPiece, item.size - offset)));
    if (piece.empty()) {
      return base::conflict("BlobChanged", item.blob + " became shorter while it was read");
    }
    HP_TRYV(write_all(fd, piece, item.local));
    offset += piece.size();
    progress.bytes += piece.size();
  }
  return base::success();
}

base::Result<void> download(const BlobContainer& container, const TransferItem& item,
                            TransferProgress& progress, const Work& work) {
  if (item.local.has_parent_path()) {
    HP_TRYV(base::make_directory(item.local.parent_path()));
  }
  const fs::path partial = item.local.string() + ".part-" + base::random_hex(4);
  base::FileDescriptor file(::open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file.valid()) {
    return base::system_error("write " + partial.string(), errno);
  }
  auto filled = download_into(file.get(), container, item, progress, work);
  std::error_code failure;
  if (filled && !work.stopped()) {
    fs::rename(partial, item.local, failure);
    if (!failure) {
      return filled;
    }
    filled = base::system_error("write " + item.local.string(), failure.value());
  }
  fs::remove(partial, failure);
  return filled;
}

}  // namespace

base::Result<void> transfer(const BlobContainer& container, const std::vector<TransferItem>& items,
                            Direction direction, TransferProgress& progress,
                            const std::function<bool()>& tick) {
  Work work(items.size());
  const auto run = [&] {
    while (const auto index = work.next()) {
      const TransferItem& item = items[*index];
      auto moved = direction == Direction::Upload ? upload(container, item, progress, work)
                                                  : download(container, item, progress, work);
      if (!moved) {
        work.fail(std::move(moved.error()));
      } else if (!work.stopped()) {
        ++progress.files;
      }
    }
    work.worker_done();
  };
  const size_t count = std::min(kWorkers, std::max<size_t>(items.size(), 1));
  std::vector<std::thread> workers;
  for (size_t i = 0; i < count; ++i) {
    workers.emplace_back(run);
  }
  bool wanted = true;
  while (!work.wait(count)) {
    if (wanted && !tick()) {
      wanted = false;
      work.stop();
    }
  }
  for (std::thread& worker : workers) {
    worker.join();
  }
  if (work.error()) {
    return *work.error();
  }
  if (!wanted) {
    return base::Error{
        base::ErrorCode::Cancelled, "interrupted; what was copied stays", {}, {}, {}};
  }
  return base::success();
}

}  // namespace homeport::cli
