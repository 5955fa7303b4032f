#include "api/http/spool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

namespace homeport::api::http {

base::Result<SpoolFile> SpoolFile::create(const std::filesystem::path& directory) {
  const std::string folder = directory.empty() ? "." : directory.string();
  base::FileDescriptor fd(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!fd.valid() && (errno == EOPNOTSUPP || errno == EISDIR)) {
    // Some file systems (overlayfs of old kernels, NFS) have no files without names.
    std::string name = folder + "/body-XXXXXX";
    fd = base::FileDescriptor(::mkostemp(name.data(), O_CLOEXEC));
    if (fd.valid()) ::unlink(name.c_str());
  }
  if (!fd.valid()) return base::system_error("cannot keep a request in " + folder, errno);
  return SpoolFile(std::move(fd));
}

base::Result<void> SpoolFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return base::system_error("cannot keep a request on disk", errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return base::success();
}

base::Result<std::shared_ptr<const base::FileDescriptor>> SpoolFile::finish() {
  if (::lseek(fd_.get(), 0, SEEK_SET) != 0) {
    return base::system_error("cannot read a request from disk", errno);
  }
  return std::shared_ptr<const base::FileDescriptor>(
      std::make_shared<base::FileDescriptor>(std::move(fd_)));
}

}  // namespace homeport::api::http
