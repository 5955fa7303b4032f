#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.hpp"

namespace homeport::app {

/// Unpacks an embedded package (a wheel or another zip) into `directory` unless it is there
/// already, so that interpreters which we did not build find the package that belongs to this
/// server.
base::Result<void> unpack_package(std::string_view archive, const std::filesystem::path& directory);

}  // namespace homeport::app
