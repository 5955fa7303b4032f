#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/result.hpp"

namespace homeport::agent {

/// The control group of the node, whose directories the server has made. What is started later is
/// in it too.
class ControlGroup {
 public:
  /// Enters each of `directories` with this process; those that it cannot enter: limits().
  static ControlGroup enter(const std::vector<std::string>& directories);

  /// In sentences; empty: all is well.
  const std::vector<std::string>& limits() const { return limits_; }
  /// Processes of the node that the kernel has ended so far because there was no memory left; 0
  /// where it does not tell.
  std::uint64_t ended_for_memory() const;

 private:
  std::vector<std::string> limits_;
  base::FileDescriptor memory_;  ///< open, because the path may be hidden later
};

}  // namespace homeport::agent
