#include "cli/server_locator.hpp"

#include "base/text.hpp"
#include "cli/places.hpp"
#include "cli/profiles.hpp"
#include "cli/server_process.hpp"
#include "cli/workspace_config.hpp"
#include "security/tokens.hpp"

namespace homeport::cli {
namespace {

namespace fs = std::filesystem;

std::string without_final_slash(std::string url) {
  while (!url.empty() && url.back() == '/') {
    url.pop_back();
  }
  return url;
}

base::Error nothing_runs_on(const fs::path& data) {
  return {base::ErrorCode::Unavailable,
          "no Homeport runs on " + data.string() + "; start it with `homeport up --data-dir " +
              data.string() + "`",
          {},
          "ServerNotRunning",
          {}};
}

std::optional<ServerAddress> from_data_directory(const fs::path& data) {
  const auto record = read_server_record(data);
  if (!record) {
    return std::nullopt;
  }
  ServerAddress address;
  address.url = record.value().url;
  address.source = data.string();
  address.workspace = record.value().workspace;
  address.data_directory = data;
  return address;
}

base::Result<ServerAddress> address_without_token(const GlobalOptions& options,
                                                  const fs::path& start, const Profiles& profiles) {
  if (!options.url.empty()) {
    return ServerAddress{without_final_slash(options.url), "--url", {}, {}, {}};
  }
  if (options.data_directory) {
    if (auto address = from_data_directory(*options.data_directory)) {
      return *address;
    }
    return nothing_runs_on(*options.data_directory);
  }
  if (const std::string url = environment_variable("HOMEPORT_URL"); !url.empty()) {
    return ServerAddress{without_final_slash(url), "HOMEPORT_URL", {}, {}, {}};
  }
  HP_TRY(const auto config, find_workspace_config(start));
  if (config && !config->url.empty()) {
    return ServerAddress{
        without_final_slash(config->url), ".azureml/config.json", {}, config->workspace, {}};
  }
  if (auto address = from_data_directory(default_data_directory())) {
    return *address;
  }
  if (!profiles.default_url.empty()) {
    return ServerAddress{
        without_final_slash(profiles.default_url), profiles_path().string(), {}, {}, {}};
  }
  return nothing_runs_on(default_data_directory());
}

/// The workspace of the nearest config.json, if that file speaks of this server (or of none).
base::Result<void> take_workspace(ServerAddress& address, const GlobalOptions& options,
                                  const fs::path& start) {
  HP_TRY(const auto config, find_workspace_config(start));
  const bool speaks_of_it =
      config && (config->url.empty() || without_final_slash(config->url) == address.url);
  if (speaks_of_it) {
    address.workspace = config->workspace;
  }
  if (options.workspace.empty()) {
    return base::success();
  }
  const auto parts = base::split(options.workspace, '/');
  if (parts.size() == 3) {
    address.workspace = {parts[0], parts[1], parts[2]};
  } else if (parts.size() == 1) {
    // A name alone: looked up among all workspaces of the server when it is first needed.
    address.workspace = {"", "", parts[0]};
  } else {
    return base::invalid_argument("--workspace",
                                  "--workspace takes NAME or SUBSCRIPTION/GROUP/NAME");
  }
  return base::success();
}

}  // namespace

security::Secret token_of_data_directory(const fs::path& data) {
  // Opening would make missing keys, which is the server's business alone.
  std::error_code failure;
  if (!fs::is_directory(data / "secrets", failure)) {
    return {};
  }
  const auto keyring = security::Keyring::open(data / "secrets");
  return keyring ? keyring.value()->owner_token() : security::Secret();
}

base::Result<ServerAddress> locate_server(const GlobalOptions& options, const fs::path& start) {
  HP_TRY(const Profiles profiles, read_profiles(profiles_path()));
  HP_TRY(ServerAddress address, address_without_token(options, start, profiles));
  HP_TRYV(take_workspace(address, options, start));
  const auto profile = profiles.tokens.find(address.url);
  if (const std::string token = environment_variable("HOMEPORT_TOKEN"); !token.empty()) {
    address.token = security::Secret(token);
  } else if (address.data_directory && !token_of_data_directory(*address.data_directory).empty()) {
    address.token = token_of_data_directory(*address.data_directory);
  } else if (profile != profiles.tokens.end()) {
    address.token = profile->second;
  }
  return address;
}

}  // namespace homeport::cli
