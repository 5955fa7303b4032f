#include "objects/sparse.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "objects/beneath.hpp"
#include "objects/content.hpp"

namespace homeport::objects {
namespace {

constexpr uint64_t kPage = 512;
constexpr uint64_t kBlock = 4096;

bool is_zero(const char* bytes, size_t size) {
  return std::all_of(bytes, bytes + size, [](char c) { return c == 0; });
}

// A block of the file system that was written in part reads as zeros in the rest. Which of its
// pages have bytes; all of them where none has: then zeros were written.
std::vector<bool> pages_with_bytes(const base::FileDescriptor& file, uint64_t block) {
  char bytes[kBlock] = {};
  const ssize_t got = ::pread(file.get(), bytes, sizeof bytes, static_cast<off_t>(block));
  std::vector<bool> pages(kBlock / kPage, true);
  if (got <= 0 || is_zero(bytes, sizeof bytes)) return pages;
  for (size_t i = 0; i < pages.size(); ++i) pages[i] = !is_zero(bytes + i * kPage, kPage);
  return pages;
}

uint64_t trimmed_start(const base::FileDescriptor& file, uint64_t start) {
  if (start % kBlock != 0) return start;
  const auto pages = pages_with_bytes(file, start);
  const auto first = std::ranges::find(pages, true);
  return start + static_cast<uint64_t>(first - pages.begin()) * kPage;
}

uint64_t trimmed_end(const base::FileDescriptor& file, uint64_t end) {
  const uint64_t block = (end - 1) / kBlock * kBlock;
  const auto pages = pages_with_bytes(file, block);
  for (size_t i = pages.size(); i > 0; --i) {
    if (pages[i - 1]) return std::min(end, block + i * kPage);
  }
  return end;
}

// The next place at or after `from` of that kind; nullopt where there is none.
std::optional<uint64_t> seek(const base::FileDescriptor& file, uint64_t from, int whence) {
  const off_t found = ::lseek(file.get(), static_cast<off_t>(from), whence);
  return found < 0 ? std::nullopt : std::optional(static_cast<uint64_t>(found));
}

bool punch(const base::FileDescriptor& file, uint64_t offset, uint64_t size) {
  return ::fallocate(file.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                     static_cast<off_t>(offset), static_cast<off_t>(size)) == 0;
}

void release_if_zero(const base::FileDescriptor& file, uint64_t block) {
  char bytes[kBlock] = {};
  const ssize_t got = ::pread(file.get(), bytes, sizeof bytes, static_cast<off_t>(block));
  if (got > 0 && is_zero(bytes, sizeof bytes)) punch(file, block, kBlock);
}

}  // namespace

base::Result<void> write_content_at(const base::FileDescriptor& file, uint64_t offset,
                                    const Content& content) {
  if (::lseek(file.get(), static_cast<off_t>(offset), SEEK_SET) < 0) {
    return base::system_error("cannot write at that place", errno);
  }
  return write_content(file, content);
}

base::Result<void> clear_bytes(const base::FileDescriptor& file, uint64_t offset, uint64_t size) {
  if (size == 0) return base::success();
  if (punch(file, offset, size)) {
    // A block that was cleared in part keeps its room; with nothing left in it, it is a hole too.
    release_if_zero(file, offset / kBlock * kBlock);
    release_if_zero(file, (offset + size - 1) / kBlock * kBlock);
    return base::success();
  }
  if (errno != EOPNOTSUPP && errno != ENOSYS) {
    return base::system_error("cannot clear a range", errno);
  }
  const std::string zeros(std::min<uint64_t>(size, 1U << 20), '\0');
  for (uint64_t done = 0; done < size;) {
    const std::string_view piece =
        std::string_view(zeros).substr(0, std::min<uint64_t>(zeros.size(), size - done));
    HP_TRYV(write_content_at(file, offset + done, Content::of(piece)));
    done += piece.size();
  }
  return base::success();
}

base::Result<void> reserve_bytes(const base::FileDescriptor& file, uint64_t offset, uint64_t size) {
  if (size == 0) return base::success();
  if (::fallocate(file.get(), FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
                  static_cast<off_t>(size)) == 0) {
    return base::success();
  }
  if (errno == EOPNOTSUPP || errno == ENOSYS) return base::success();
  return base::system_error("cannot make room for the bytes", errno);
}

base::Result<void> copy_sparse(const base::FileDescriptor& target,
                               const base::FileDescriptor& source, uint64_t size) {
  const bool cloned = ::ioctl(target.get(), FICLONE, source.get()) == 0;
  if (::ftruncate(target.get(), static_cast<off_t>(size)) != 0) {
    return base::system_error("cannot size a copy", errno);
  }
  if (cloned) return base::success();
  for (uint64_t at = 0; at < size;) {
    const auto data = seek(source, at, SEEK_DATA);
    if (!data || *data >= size) break;
    const uint64_t hole = std::min(seek(source, *data, SEEK_HOLE).value_or(size), size);
    HP_TRYV(write_content_at(target, *data, Content::of(source, *data, hole - *data)));
    at = hole;
  }
  return base::success();
}

base::Result<std::vector<Extent>> written_extents(const base::FileDescriptor& file, uint64_t offset,
                                                  uint64_t size) {
  HP_TRY(const auto status, status_of(file));
  const auto length = static_cast<uint64_t>(status.st_size);
  const uint64_t stop = size > length - std::min(offset, length) ? length : offset + size;
  std::vector<Extent> extents;
  for (uint64_t at = offset; at < stop;) {
    const auto data = seek(file, at, SEEK_DATA);
    if (!data || *data >= stop) break;
    const uint64_t hole = std::min(seek(file, *data, SEEK_HOLE).value_or(stop), stop);
    const uint64_t start = std::max(trimmed_start(file, *data), offset);
    const uint64_t end = trimmed_end(file, hole);
    if (start < end) extents.push_back({start, end - start});
    at = hole;
  }
  return extents;
}

}  // namespace homeport::objects
