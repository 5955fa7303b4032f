#pragma once

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
/// An empty file system over the directory `target`.
base::Result<void> cover(const std::string& target, const std::string& options);
/// Takes a mount away, even while it is used.
void unmount(const base::FileDescriptor& mounted);

}  // namespace homeport::agent
