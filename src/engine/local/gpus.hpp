#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace homeport::engine {

/// Device files of this machine's NVIDIA GPUs, in the order in which CUDA numbers them if told
/// CUDA_DEVICE_ORDER=PCI_BUS_ID. From what the driver says in `driver` (a folder for each GPU,
/// named by its PCI address), else by the numbers of nvidiaN in `devices`.
std::vector<std::string> find_gpus(const std::filesystem::path& driver = "/proc/driver/nvidia/gpus",
                                   const std::filesystem::path& devices = "/dev");

/// Those that a person chose: the text of DATA/gpus.json, an array of paths of character devices.
/// InvalidArgument naming the element that is none, or is there twice.
base::Result<std::vector<std::string>> parse_gpu_list(const std::string& text);

}  // namespace homeport::engine
