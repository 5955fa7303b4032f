#include "agent/mounts.hpp"

#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <map>

namespace homeport::agent {
namespace {

base::Result<void> write_text(const std::string& path, const std::string& text) {
  const base::FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.valid() || ::write(file.get(), text.data(), text.size()) < 0) {
    return base::system_error("cannot write " + path, errno);
  }
  return base::success();
}

int wait_to_be_killed(void*) {
  ::pause();
  return 0;
}

/// A user namespace in which root is `owner`: what an id-mapped mount takes its mapping from. It
/// lives as long as the descriptor.
base::Result<base::FileDescriptor> make_mapping(const Identity& owner) {
  alignas(16) static std::array<char, 16384> stack;
  const pid_t pid =
      ::clone(wait_to_be_killed, stack.data() + stack.size(), CLONE_NEWUSER | SIGCHLD, nullptr);
  if (pid < 0) return base::system_error("cannot make a user namespace", errno);
  const std::string folder = "/proc/" + std::to_string(pid);
  base::Result<void> mapped =
      write_text(folder + "/uid_map", "0 " + std::to_string(owner.uid) + " 1");
  if (mapped.has_value()) {
    mapped = write_text(folder + "/gid_map", "0 " + std::to_string(owner.gid) + " 1");
  }
  base::FileDescriptor mapping(::open((folder + "/ns/user").c_str(), O_RDONLY | O_CLOEXEC));
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  HP_TRYV(mapped);
  if (!mapping.valid()) return base::system_error("cannot open a user namespace", errno);
  return mapping;
}

base::Result<int> mapping_of(const Identity& owner) {
  static std::map<uid_t, base::FileDescriptor> known;
  const auto found = known.find(owner.uid);
  if (found != known.end()) return found->second.get();
  HP_TRY(base::FileDescriptor mapping, make_mapping(owner));
  return known.emplace(owner.uid, std::move(mapping)).first->second.get();
}

long set_attributes(const base::FileDescriptor& tree, struct mount_attr& attributes) {
  return ::syscall(SYS_mount_setattr, tree.get(), "", AT_EMPTY_PATH, &attributes,
                   sizeof attributes);
}

}  // namespace

base::Result<base::FileDescriptor> bind_mount(const base::FileDescriptor& source,
                                              const base::FileDescriptor& target, Writable writable,
                                              const std::optional<Identity>& owner) {
  base::FileDescriptor tree(static_cast<int>(::syscall(
      SYS_open_tree, source.get(), "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC)));
  if (!tree.valid()) return base::system_error("cannot copy a mount", errno);
  struct mount_attr attributes {};
  attributes.attr_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  if (writable == Writable::No) attributes.attr_set |= MOUNT_ATTR_RDONLY;
  if (set_attributes(tree, attributes) != 0) {
    return base::system_error("cannot set up a mount", errno);
  }
  if (owner) {
    HP_TRY(const int mapping, mapping_of(*owner));
    struct mount_attr mapped {};
    mapped.attr_set = MOUNT_ATTR_IDMAP;
    mapped.userns_fd = static_cast<__u64>(mapping);
    if (set_attributes(tree, mapped) != 0) {
      base::Error error = base::system_error("cannot map owners", errno);
      error.code = base::ErrorCode::NotImplemented;
      return error;
    }
  }
  HP_TRYV(attach_mount(tree, target));
  return tree;
}

base::Result<base::FileDescriptor> copy_mount(const std::string& path) {
  base::FileDescriptor tree(static_cast<int>(
      ::syscall(SYS_open_tree, AT_FDCWD, path.c_str(),
                OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | AT_SYMLINK_NOFOLLOW)));
  if (!tree.valid()) return base::system_error("cannot copy the mount " + path, errno);
  return tree;
}

base::Result<void> attach_mount(const base::FileDescriptor& tree,
                                const base::FileDescriptor& place) {
  if (::syscall(SYS_move_mount, tree.get(), "", place.get(), "",
                MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0) {
    return base::system_error("cannot mount", errno);
  }
  return base::success();
}

base::Result<std::uint64_t> mount_id(const std::string& path) {
  struct statx status {};
  if (::statx(AT_FDCWD, path.c_str(), 0, STATX_MNT_ID, &status) != 0) {
    return base::system_error("cannot look at " + path, errno);
  }
  return status.stx_mnt_id;
}

base::Result<void> cover(const std::string& target, const std::string& options) {
  if (::mount("tmpfs", target.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, options.c_str()) != 0) {
    return base::system_error("cannot cover " + target, errno);
  }
  return base::success();
}

base::Result<void> make_read_only(const std::string& path) {
  struct mount_attr attributes {};
  attributes.attr_set = MOUNT_ATTR_RDONLY;
  if (::syscall(SYS_mount_setattr, AT_FDCWD, path.c_str(), AT_RECURSIVE, &attributes,
                sizeof attributes) != 0 &&
      errno != EINVAL) {
    return base::system_error("cannot close " + path + " to writing", errno);
  }
  return base::success();
}

void unmount(const base::FileDescriptor& mounted) {
  ::umount2(("/proc/self/fd/" + std::to_string(mounted.get())).c_str(), MNT_DETACH);
}

}  // namespace homeport::agent
