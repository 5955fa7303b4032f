#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace homeport::agent {

/// One line of the kernel's process table.
struct ProcessEntry {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t session = 0;
};

/// All processes that /proc shows; those that end meanwhile are left out.
std::vector<ProcessEntry> list_processes();

}  // namespace homeport::agent
