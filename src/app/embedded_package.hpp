#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace homeport::app {

/// Unpacks the embedded wheel into `directory` unless it is there already, so that interpreters
/// which we did not build find the `azureml` package that belongs to this server.
base::Result<void> unpack_package(const std::filesystem::path& directory);

}  // namespace homeport::app
