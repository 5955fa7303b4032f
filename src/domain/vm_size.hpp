#pragma once

#include <span>
#include <string>
#include <string_view>

namespace homeport::domain {

/// One size of the catalogue. In Homeport a size is a label that says what a run may expect; the
/// machine below may be smaller (the cluster's warnings then say so).
struct VmSize {
  std::string_view name;    ///< "STANDARD_NC6"
  std::string_view family;  ///< "standardNCFamily"
  int cores;
  int gpus;
  double memory_gib;
  int temporary_disk_mib;
  bool low_priority_capable;
};

/// All sizes, by name.
std::span<const VmSize> vm_sizes();

/// By name without regard to case; null if the catalogue has none.
const VmSize* find_vm_size(std::string_view name);

}  // namespace homeport::domain
