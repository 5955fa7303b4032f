#include "base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.hpp"

namespace homeport::base {
namespace {

Result<void> write_all(int fd, std::string_view bytes, const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error("cannot write " + name, errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return success();
}

class DiskAppendFile final : public AppendFile {
 public:
  DiskAppendFile(FileDescriptor fd, std::string name)
      : fd_(std::move(fd)), name_(std::move(name)) {}

  Result<void> append(std::string_view bytes) override {
    const off_t before = ::lseek(fd_.get(), 0, SEEK_END);
    Result<void> written = write_all(fd_.get(), bytes, name_);
    // Half a record must not stay where the next one will be appended.
    if (written.has_error() && before >= 0 && ::ftruncate(fd_.get(), before) != 0) {
      return system_error("cannot cut back " + name_, errno);
    }
    return written;
  }

  Result<void> sync() override {
    if (::fdatasync(fd_.get()) != 0) return system_error("cannot sync " + name_, errno);
    return success();
  }

  Result<void> truncate() override {
    if (::ftruncate(fd_.get(), 0) != 0) return system_error("cannot empty " + name_, errno);
    return success();
  }

 private:
  FileDescriptor fd_;
  std::string name_;
};

}  // namespace

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Result<std::string> read_file(const std::filesystem::path& path) {
  const FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return system_error("cannot open " + path.string(), errno);
  std::string content;
  char buffer[65536];
  while (true) {
    const ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot read " + path.string(), errno);
    if (got == 0) return content;
    content.append(buffer, static_cast<size_t>(got));
  }
}

Result<void> write_file_durably(const std::filesystem::path& path, std::string_view content,
                                unsigned mode) {
  const std::string temporary = path.string() + ".new-" + random_hex(4);
  const FileDescriptor fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!fd.valid()) return system_error("cannot create " + temporary, errno);
  Result<void> written = write_all(fd.get(), content, temporary);
  if (written.has_value() && ::fsync(fd.get()) != 0) {
    written = system_error("cannot sync " + temporary, errno);
  }
  if (written.has_value() && ::rename(temporary.c_str(), path.c_str()) != 0) {
    written = system_error("cannot rename to " + path.string(), errno);
  }
  if (written.has_error()) {
    ::unlink(temporary.c_str());
    return written;
  }
  return sync_directory(path.has_parent_path() ? path.parent_path() : ".");
}

Result<void> sync_directory(const std::filesystem::path& directory) {
  const FileDescriptor fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid() || ::fsync(fd.get()) != 0) {
    return system_error("cannot sync " + directory.string(), errno);
  }
  return success();
}

Result<void> make_directory(const std::filesystem::path& path, unsigned mode) {
  std::error_code error;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  if (error) return system_error("cannot create " + path.parent_path().string(), error.value());
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) {
    return system_error("cannot create " + path.string(), errno);
  }
  return success();
}

Result<std::unique_ptr<AppendFile>> open_append_file(const std::filesystem::path& path) {
  FileDescriptor fd(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!fd.valid()) return system_error("cannot open " + path.string(), errno);
  return std::unique_ptr<AppendFile>(
      std::make_unique<DiskAppendFile>(std::move(fd), path.string()));
}

}  // namespace homeport::base
