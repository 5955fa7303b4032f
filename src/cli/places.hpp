#pragma once

#include <filesystem>
#include <string>

namespace homeport::cli {

/// An environment variable, "" where it is not set.
std::string environment_variable(const char* name);

/// $HOMEPORT_DATA, else $XDG_DATA_HOME/homeport, else ~/.local/share/homeport; absolute.
std::filesystem::path default_data_directory();

/// The file of tokens by server URL: $XDG_CONFIG_HOME/homeport/profiles.json, else the same under
/// ~/.config.
std::filesystem::path profiles_path();

/// The person's home: $HOME, else the password database.
std::filesystem::path home_directory();

}  // namespace homeport::cli
