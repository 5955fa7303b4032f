#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/result.hpp"

namespace homeport::objects {

/// Opening below a directory that untrusted programs write to. No path leaves `directory` and no
/// symbolic link is followed, whoever changes the tree meanwhile (openat2(2), Linux 5.6).

/// NotFound also where a part is a link or not a directory. "" opens the directory itself again.
base::Result<base::FileDescriptor> open_beneath(int directory, const std::string& path,
                                                uint64_t flags, uint64_t mode = 0);

/// Look: only fstat, even where reading is not allowed. Write: to read and write in place; whoever
/// does so looks at st_nlink first.
enum class Access { Read, Write, Look };

/// A regular file: NotFound for anything else, and never waits for a FIFO's other end. A file with
/// several names may have one outside the tree, so it is there only if everyone may read it: what a
/// program could not have read itself, it cannot link in for others to read.
base::Result<base::FileDescriptor> open_regular(int directory, const std::string& path,
                                                Access access);

/// A directory, made with its parents where missing. Each new one is durable and has exactly
/// `mode`. Conflict where a part is there but is not a directory.
base::Result<base::FileDescriptor> make_directories(int directory, const std::string& path,
                                                    mode_t mode);

/// Whether a file is there for others, as open_regular has it.
bool is_presentable(const struct stat& status);

/// fstat of an open file.
base::Result<struct stat> status_of(const base::FileDescriptor& file);

/// Says when a file of ours was written last, in nanoseconds since 1970.
base::Result<void> set_written_time(const base::FileDescriptor& file, int64_t nanoseconds);

int64_t to_nanoseconds(const struct timespec& time);
base::TimePoint to_time_point(const struct timespec& time);

}  // namespace homeport::objects
