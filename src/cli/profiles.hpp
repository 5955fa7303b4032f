#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/result.hpp"
#include "security/secret.hpp"

namespace homeport::cli {

/// The tokens of this person, by the URL of their server, and the server that is asked where
/// nothing names one.
struct Profiles {
  std::string default_url;
  std::map<std::string, security::Secret> tokens;
};

/// Reads the file; empty where there is none. Internal, naming the file, if it cannot be read.
base::Result<Profiles> read_profiles(const std::filesystem::path& path);

/// Makes `url` the default with this token; every other key of the file stays. The file appears
/// whole or not at all, mode 0600, its folder 0700. PermissionDenied or ResourceExhausted where it
/// cannot be written.
base::Result<void> save_profile(const std::filesystem::path& path, const std::string& url,
                                const security::Secret& token);

}  // namespace homeport::cli
