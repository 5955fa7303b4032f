#pragma once

#include <string>

#include "base/file.hpp"

namespace homeport::agent {

/// The last `lines` lines of a regular file, 8 KiB at most, made valid UTF-8 ('?' for what is not).
std::string last_lines(const base::FileDescriptor& file, int lines);

}  // namespace homeport::agent
