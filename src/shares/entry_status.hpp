#pragma once

#include <sys/stat.h>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/result.hpp"

namespace homeport::shares {

/// statx of an open file or directory: with the time of its birth, where the file system keeps one.
base::Result<struct statx> extended_status(const base::FileDescriptor& file);

base::TimePoint to_time_point(const struct statx_timestamp& time);

/// When it came to be, as well as the file system can say.
base::TimePoint time_of_birth(const struct statx& status);

}  // namespace homeport::shares
