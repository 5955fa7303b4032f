#pragma once

#include <cstdint>

#include "base/file.hpp"
#include "base/result.hpp"

namespace homeport::agent {

struct UnpackLimits {
  std::int64_t bytes = std::int64_t{4} << 30;
  std::int64_t entries = 200000;
};

/// Unpacks the zip archive `zip` into `directory`. InvalidArgument naming the entry for one that
/// would leave the directory (absolute, "..", through a link), for links and special files, and for
/// an archive over the limits. Files get 0644, or 0755 where the archive says executable. Modes and
/// owner are those of this process.
base::Result<void> unpack_zip(const base::FileDescriptor& zip, int directory,
                              const UnpackLimits& limits = {});

}  // namespace homeport::agent
