#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/spawn.hpp"
#include "base/file.hpp"
#include "base/result.hpp"

namespace homeport::agent {

enum class Writable { No, Yes };

/// Bind mounts of this process's own mount namespace. All are nosuid and nodev. Both ends are open
/// files, so nobody can exchange a part of their paths meanwhile.

/// `source` (a directory or file) appears at `target`. With `owner`, files that belong to root show
/// as `owner`'s, and what `owner` makes belongs to root on the disk: so runs of different users
/// share a store, and nothing is chowned. NotImplemented where the kernel or file system cannot do
/// that. The result is what unmount() takes.
base::Result<base::FileDescriptor> bind_mount(const base::FileDescriptor& source,
                                              const base::FileDescriptor& target, Writable writable,
                                              const std::optional<Identity>& owner = std::nullopt);
/// A copy of the mount at `path`, with all that is mounted below it, attached to nothing.
base::Result<base::FileDescriptor> copy_mount(const std::string& path);
/// Attaches such a copy at `place`; it may come from another mount namespace.
base::Result<void> attach_mount(const base::FileDescriptor& tree,
                                const base::FileDescriptor& place);
/// Tells one mount from another; what is at `path`, looked at through links.
base::Result<std::uint64_t> mount_id(const std::string& path);
/// An empty file system over the directory `target`.
base::Result<void> cover(const std::string& target, const std::string& options);
/// The mount at `path`, and all below it, can no longer be written to. Where nothing is mounted
/// there is nothing to do.
base::Result<void> make_read_only(const std::string& path);
/// Takes a mount away, even while it is used.
void unmount(const base::FileDescriptor& mounted);

}  // namespace homeport::agent
