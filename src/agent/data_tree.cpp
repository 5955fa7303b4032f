#include "agent/data_tree.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.hpp"

namespace homeport::agent {
namespace {

constexpr unsigned kPlace = O_PATH | O_DIRECTORY | O_CLOEXEC;

}  // namespace

std::string path_of(const base::FileDescriptor& file) {
  return "/proc/self/fd/" + std::to_string(file.get());
}

base::Result<base::FileDescriptor> open_beneath(int directory, const std::string& path, int flags,
                                                unsigned mode) {
  struct open_how how {};
  how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
  how.mode = (flags & O_CREAT) != 0 ? mode : 0;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const char* name = path.empty() ? "." : path.c_str();
  long fd = -1;
  do {
    fd = ::syscall(SYS_openat2, directory, name, &how, sizeof how);
  } while (fd < 0 && (errno == EAGAIN || errno == EINTR));
  if (fd < 0) return base::system_error("cannot open " + path, errno);
  return base::FileDescriptor(static_cast<int>(fd));
}

base::Result<base::FileDescriptor> make_beneath(int directory, const std::string& path,
                                                unsigned mode) {
  auto whole = open_beneath(directory, path, static_cast<int>(kPlace));
  if (whole.has_value() || whole.error().code != base::ErrorCode::NotFound) return whole;
  const std::string trimmed = path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
  const size_t slash = trimmed.rfind('/');
  const std::string parent = slash == std::string::npos ? "" : trimmed.substr(0, slash);
  const std::string name = slash == std::string::npos ? trimmed : trimmed.substr(slash + 1);
  base::FileDescriptor above;
  if (!parent.empty()) {
    HP_TRY(above, make_beneath(directory, parent, 0755));
  }
  const int place = parent.empty() ? directory : above.get();
  if (::mkdirat(place, name.c_str(), mode) != 0 && errno != EEXIST) {
    return base::system_error("cannot create " + path, errno);
  }
  return open_beneath(place, name, static_cast<int>(kPlace));
}

base::Result<DataTree> DataTree::open(const std::string& path) {
  DataTree tree;
  tree.path_ = path;
  tree.root_ = base::FileDescriptor(::open(path.c_str(), static_cast<int>(kPlace)));
  if (!tree.root_.valid()) return base::system_error("cannot open " + path, errno);
  return tree;
}

bool DataTree::contains(const std::string& path) const {
  return path.starts_with(path_) && (path.size() == path_.size() || path[path_.size()] == '/');
}

std::string DataTree::relative(const std::string& path) const {
  return path.size() <= path_.size() ? "" : path.substr(path_.size() + 1);
}

base::Result<base::FileDescriptor> DataTree::open_file(const std::string& path, int flags,
                                                       unsigned mode) const {
  if (contains(path)) return open_beneath(root_.get(), relative(path), flags, mode);
  base::FileDescriptor file(::open(path.c_str(), flags | O_CLOEXEC, mode));
  if (!file.valid()) return base::system_error("cannot open " + path, errno);
  return file;
}

base::Result<base::FileDescriptor> DataTree::open_directory(const std::string& path,
                                                            Make make) const {
  if (make == Make::No) return open_file(path, static_cast<int>(kPlace));
  if (contains(path)) return make_beneath(root_.get(), relative(path));
  HP_TRYV(base::make_directory(path));
  return open_file(path, static_cast<int>(kPlace));
}

}  // namespace homeport::agent
