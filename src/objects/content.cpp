#include "objects/content.hpp"

#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <semaphore>

namespace homeport::objects {
namespace {

constexpr size_t kBufferBytes = 1 << 20;

base::Error short_source() {
  return base::internal("the upload's file is shorter than it was");
}

base::Result<void> write_text(int target, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(target, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return base::system_error("cannot write the object", errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return base::success();
}

base::Result<void> copy_by_kernel(int target, const Content& content) {
  auto from = static_cast<off_t>(content.offset);
  uint64_t left = content.size;
  while (left > 0) {
    const ssize_t copied = ::copy_file_range(content.file->get(), &from, target, nullptr,
                                             std::min<uint64_t>(left, 1ULL << 30), 0);
    if (copied < 0 && errno == EINTR) continue;
    if (copied < 0) {
      // Not between these two file systems: nothing was written by this call.
      const bool unsupported = errno == EXDEV || errno == EINVAL || errno == EOPNOTSUPP;
      if (!unsupported) return base::system_error("cannot copy the upload", errno);
      const Content rest = Content::of(*content.file, content.offset + (content.size - left), left);
      return for_each_piece(rest,
                            [&](std::string_view piece) { return write_text(target, piece); });
    }
    if (copied == 0) return short_source();
    left -= static_cast<uint64_t>(copied);
  }
  return base::success();
}

base::Result<void> sync_by(const base::FileDescriptor& file, int (*call)(int)) {
  static constexpr int kAtOnce = 8;
  static std::counting_semaphore<kAtOnce> free{kAtOnce};
  free.acquire();
  const int result = call(file.get());
  const int number = errno;
  free.release();
  if (result != 0) return base::system_error("cannot bring the object to the disk", number);
  return base::success();
}

}  // namespace

base::Result<void> for_each_piece(const Content& content, const PieceUse& use) {
  if (content.file == nullptr) return use(content.text);
  const auto buffer = std::make_unique<char[]>(std::min<uint64_t>(kBufferBytes, content.size + 1));
  uint64_t done = 0;
  while (done < content.size) {
    const size_t wanted = std::min<uint64_t>(kBufferBytes, content.size - done);
    const ssize_t got = ::pread(content.file->get(), buffer.get(), wanted,
                                static_cast<off_t>(content.offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::system_error("cannot read the upload's file", errno);
    if (got == 0) return short_source();
    HP_TRYV(use(std::string_view(buffer.get(), static_cast<size_t>(got))));
    done += static_cast<uint64_t>(got);
  }
  return base::success();
}

base::Result<void> write_content(const base::FileDescriptor& target, const Content& content) {
  if (content.file == nullptr) return write_text(target.get(), content.text);
  return copy_by_kernel(target.get(), content);
}

base::Result<std::string> md5_of(const Content& content) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  if (!context || EVP_DigestInit_ex(context.get(), EVP_md5(), nullptr) != 1) {
    return base::internal("MD5 is not available");
  }
  const auto feed = [&](std::string_view piece) -> base::Result<void> {
    EVP_DigestUpdate(context.get(), piece.data(), piece.size());
    return base::success();
  };
  HP_TRYV(for_each_piece(content, feed));
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  EVP_DigestFinal_ex(context.get(), digest, &length);
  return std::string(reinterpret_cast<const char*>(digest), length);
}

base::Result<void> check_md5(const std::string& expected, const std::string& actual) {
  if (expected.empty() || expected == actual) return base::success();
  base::Error error = base::invalid_argument(
      "Content-MD5", "the MD5 of the bytes that arrived is not the one that was announced");
  error.reason = "Md5Mismatch";
  return error;
}

base::Result<void> SyncGate::sync(const base::FileDescriptor& file) const {
  return sync_by(file, ::fsync);
}

base::Result<void> SyncGate::sync_data(const base::FileDescriptor& file) const {
  return sync_by(file, ::fdatasync);
}

}  // namespace homeport::objects
