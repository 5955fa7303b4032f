#include "domain/vm_size.hpp"

#include <array>

#include "base/text.hpp"

namespace homeport::domain {
namespace {

// Cores, GPUs, memory and temporary disk as the public tables of Azure's virtual machine sizes give
// them.
constexpr std::array kVmSizes{
    VmSize{"STANDARD_A1_V2", "standardAv2Family", 1, 0, 2.0, 10240, true},
    VmSize{"STANDARD_A2_V2", "standardAv2Family", 2, 0, 4.0, 20480, true},
    VmSize{"STANDARD_A4_V2", "standardAv2Family", 4, 0, 8.0, 40960, true},
    VmSize{"STANDARD_A8_V2", "standardAv2Family", 8, 0, 16.0, 81920, true},
    VmSize{"STANDARD_D1", "standardDFamily", 1, 0, 3.5, 51200, true},
    VmSize{"STANDARD_D1_V2", "standardDv2Family", 1, 0, 3.5, 51200, true},
    VmSize{"STANDARD_D2", "standardDFamily", 2, 0, 7.0, 102400, true},
    VmSize{"STANDARD_D2_V2", "standardDv2Family", 2, 0, 7.0, 102400, true},
    VmSize{"STANDARD_D2_V3", "standardDv3Family", 2, 0, 8.0, 51200, true},
    VmSize{"STANDARD_D2S_V3", "standardDSv3Family", 2, 0, 8.0, 16384, true},
    VmSize{"STANDARD_D3", "standardDFamily", 4, 0, 14.0, 204800, true},
    VmSize{"STANDARD_D3_V2", "standardDv2Family", 4, 0, 14.0, 204800, true},
    VmSize{"STANDARD_D4", "standardDFamily", 8, 0, 28.0, 409600, true},
    VmSize{"STANDARD_D4_V2", "standardDv2Family", 8, 0, 28.0, 409600, true},
    VmSize{"STANDARD_D4_V3", "standardDv3Family", 4, 0, 16.0, 102400, true},
    VmSize{"STANDARD_D4S_V3", "standardDSv3Family", 4, 0, 16.0, 32768, true},
    VmSize{"STANDARD_D8_V3", "standardDv3Family", 8, 0, 32.0, 204800, true},
    VmSize{"STANDARD_D8S_V3", "standardDSv3Family", 8, 0, 32.0, 65536, true},
    VmSize{"STANDARD_D11_V2", "standardDv2Family", 2, 0, 14.0, 102400, true},
    VmSize{"STANDARD_D12_V2", "standardDv2Family", 4, 0, 28.0, 204800, true},
    VmSize{"STANDARD_D13_V2", "standardDv2Family", 8, 0, 56.0, 409600, true},
    VmSize{"STANDARD_D14_V2", "standardDv2Family", 16, 0, 112.0, 819200, true},
    VmSize{"STANDARD_D16_V3", "standardDv3Family", 16, 0, 64.0, 409600, true},
    VmSize{"STANDARD_D32_V3", "standardDv3Family", 32, 0, 128.0, 819200, true},
    VmSize{"STANDARD_D64_V3", "standardDv3Family", 64, 0, 256.0, 1638400, true},
    VmSize{"STANDARD_DS2_V2", "standardDSv2Family", 2, 0, 7.0, 14336, true},
    VmSize{"STANDARD_DS3_V2", "standardDSv2Family", 4, 0, 14.0, 28672, true},
    VmSize{"STANDARD_DS4_V2", "standardDSv2Family", 8, 0, 28.0, 57344, true},
    VmSize{"STANDARD_DS12_V2", "standardDSv2Family", 4, 0, 28.0, 57344, true},
    VmSize{"STANDARD_DS13_V2", "standardDSv2Family", 8, 0, 56.0, 114688, true},
    VmSize{"STANDARD_F2S_V2", "standardFSv2Family", 2, 0, 4.0, 16384, true},
    VmSize{"STANDARD_F4S_V2", "standardFSv2Family", 4, 0, 8.0, 32768, true},
    VmSize{"STANDARD_F8S_V2", "standardFSv2Family", 8, 0, 16.0, 65536, true},
    VmSize{"STANDARD_F16S_V2", "standardFSv2Family", 16, 0, 32.0, 131072, true},
    VmSize{"STANDARD_H16R", "standardHFamily", 16, 0, 112.0, 2048000, false},
    VmSize{"STANDARD_NC6", "standardNCFamily", 6, 1, 56.0, 389120, true},
    VmSize{"STANDARD_NC12", "standardNCFamily", 12, 2, 112.0, 696320, true},
    VmSize{"STANDARD_NC24", "standardNCFamily", 24, 4, 224.0, 1474560, true},
    VmSize{"STANDARD_NC24R", "standardNCFamily", 24, 4, 224.0, 1474560, true},
    VmSize{"STANDARD_NC6S_V2", "standardNCSv2Family", 6, 1, 112.0, 753664, true},
    VmSize{"STANDARD_NC12S_V2", "standardNCSv2Family", 12, 2, 224.0, 1509376, true},
    VmSize{"STANDARD_NC24S_V2", "standardNCSv2Family", 24, 4, 448.0, 3018752, true},
    VmSize{"STANDARD_NC6S_V3", "standardNCSv3Family", 6, 1, 112.0, 753664, true},
    VmSize{"STANDARD_NC12S_V3", "standardNCSv3Family", 12, 2, 224.0, 1509376, true},
    VmSize{"STANDARD_NC24S_V3", "standardNCSv3Family", 24, 4, 448.0, 3018752, true},
    VmSize{"STANDARD_NC24RS_V3", "standardNCSv3Family", 24, 4, 448.0, 3018752, true},
    VmSize{"STANDARD_ND6S", "standardNDSFamily", 6, 1, 112.0, 753664, true},
    VmSize{"STANDARD_ND12S", "standardNDSFamily", 12, 2, 224.0, 1509376, true},
    VmSize{"STANDARD_ND24S", "standardNDSFamily", 24, 4, 448.0, 3018752, true},
    VmSize{"STANDARD_NV6", "standardNVFamily", 6, 1, 56.0, 389120, true},
    VmSize{"STANDARD_NV12", "standardNVFamily", 12, 2, 112.0, 696320, true},
    VmSize{"STANDARD_NV24", "standardNVFamily", 24, 4, 224.0, 1474560, true},
};

}  // namespace

std::span<const VmSize> vm_sizes() {
  return kVmSizes;
}

const VmSize* find_vm_size(std::string_view name) {
  for (const VmSize& size : kVmSizes) {
    if (base::equals_ignoring_case(size.name, name)) return &size;
  }
  return nullptr;
}

}  // namespace homeport::domain
