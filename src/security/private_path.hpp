#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace homeport::security {

/// PermissionDenied, with what to do, if users other than the owner have any right on `path`.
base::Result<void> refuse_if_shared(const std::filesystem::path& path);

}  // namespace homeport::security
