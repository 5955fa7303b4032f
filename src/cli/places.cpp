#include "cli/places.hpp"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

namespace homeport::cli {

std::string environment_variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::filesystem::path home_directory() {
  if (const std::string home = environment_variable("HOME"); !home.empty()) {
    return home;
  }
  const passwd* entry = ::getpwuid(::getuid());
  return entry != nullptr && entry->pw_dir != nullptr ? entry->pw_dir : "/";
}

std::filesystem::path default_data_directory() {
  if (const std::string data = environment_variable("HOMEPORT_DATA"); !data.empty()) {
    return std::filesystem::absolute(data).lexically_normal();
  }
  if (const std::string data_home = environment_variable("XDG_DATA_HOME"); !data_home.empty()) {
    return std::filesystem::path(data_home) / "homeport";
  }
  return home_directory() / ".local" / "share" / "homeport";
}

std::filesystem::path profiles_path() {
  if (const std::string config = environment_variable("XDG_CONFIG_HOME"); !config.empty()) {
    return std::filesystem::path(config) / "homeport" / "profiles.json";
  }
  return home_directory() / ".config" / "homeport" / "profiles.json";
}

}  // namespace homeport::cli
