#include "objects/beneath.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.hpp"

namespace homeport::objects {
namespace {

base::Error open_error(const std::string& path, int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
    case EXDEV:
    case ENXIO:
    case ENAMETOOLONG:
      return base::not_found("BlobNotFound", "there is no file '" + path + "'");
    default:
      return base::system_error("cannot open '" + path + "'", number);
  }
}

// One step down. Conflict where `name` is in the way.
base::Result<base::FileDescriptor> make_directory_at(int parent, const std::string& name,
                                                     mode_t mode) {
  const bool made = ::mkdirat(parent, name.c_str(), mode) == 0;
  if (!made && errno != EEXIST) {
    return base::system_error("cannot make the directory '" + name + "'", errno);
  }
  auto opened = open_beneath(parent, name, O_RDONLY | O_DIRECTORY);
  if (opened.has_error()) {
    // Gone again between the two calls is for the caller to try again: still NotFound then.
    struct stat status {};
    if (::fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return opened.error();
    return base::conflict("NotADirectory", "'" + name + "' is not a directory");
  }
  if (made) {
    // mkdir's mode passed through the umask.
    if (::fchmod(opened.value().get(), mode) != 0 || ::fsync(parent) != 0) {
      return base::system_error("cannot keep the directory '" + name + "'", errno);
    }
  }
  return opened;
}

}  // namespace

base::Result<base::FileDescriptor> open_beneath(int directory, const std::string& path,
                                                uint64_t flags, uint64_t mode) {
  struct open_how how {};
  how.flags = flags | O_CLOEXEC;
  how.mode = mode;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  const char* relative = path.empty() ? "." : path.c_str();
  while (true) {
    const long fd = ::syscall(SYS_openat2, directory, relative, &how, sizeof how);
    if (fd >= 0) return base::FileDescriptor(static_cast<int>(fd));
    // EAGAIN: the kernel saw a rename while it resolved and wants another try.
    if (errno != EINTR && errno != EAGAIN) return open_error(path, errno);
  }
}

base::Result<base::FileDescriptor> open_regular(int directory, const std::string& path,
                                                Access access) {
  // What it is is known before it is opened for good: opening a device may already do something.
  HP_TRY(auto file, open_beneath(directory, path, O_PATH));
  HP_TRY(const auto seen, status_of(file));
  if (!is_presentable(seen)) {
    return base::not_found("BlobNotFound", "'" + path + "' is not a regular file");
  }
  if (access == Access::Look) return file;
  const uint64_t how = access == Access::Read ? O_RDONLY : O_RDWR;
  HP_TRY(auto opened, open_beneath(directory, path, how | O_NONBLOCK | O_NOCTTY));
  HP_TRY(const auto status, status_of(opened));
  if (!is_presentable(status)) {
    return base::not_found("BlobNotFound", "'" + path + "' is not a regular file");
  }
  return opened;
}

bool is_presentable(const struct stat& status) {
  return S_ISREG(status.st_mode) && (status.st_nlink <= 1 || (status.st_mode & S_IROTH) != 0);
}

base::Result<base::FileDescriptor> make_directories(int directory, const std::string& path,
                                                    mode_t mode) {
  if (path.empty()) return open_beneath(directory, path, O_RDONLY | O_DIRECTORY);
  // The usual case: it is there.
  auto there = open_beneath(directory, path, O_RDONLY | O_DIRECTORY);
  if (there.has_value()) return there;
  base::FileDescriptor current;
  for (const std::string& segment : base::split(path, '/')) {
    const int parent = current.valid() ? current.get() : directory;
    HP_TRY(current, make_directory_at(parent, segment, mode));
  }
  return current;
}

base::Result<struct stat> status_of(const base::FileDescriptor& file) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return base::system_error("cannot stat a file", errno);
  return status;
}

base::Result<void> set_written_time(const base::FileDescriptor& file, int64_t nanoseconds) {
  constexpr int64_t kSecond = 1'000'000'000;
  struct timespec times[2] = {};
  times[0].tv_nsec = UTIME_OMIT;
  times[1].tv_sec = nanoseconds / kSecond;
  times[1].tv_nsec = nanoseconds % kSecond;
  if (::futimens(file.get(), times) != 0) {
    return base::system_error("cannot set the time of a file", errno);
  }
  return base::success();
}

int64_t to_nanoseconds(const struct timespec& time) {
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

base::TimePoint to_time_point(const struct timespec& time) {
  return base::TimePoint(base::Duration(to_nanoseconds(time) / 1000));
}

}  // namespace homeport::objects
