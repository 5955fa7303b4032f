#pragma once

namespace homeport::cli {

/// Of this program, set by the build from the project's version.
inline constexpr const char* kVersion = HOMEPORT_VERSION;

}  // namespace homeport::cli
