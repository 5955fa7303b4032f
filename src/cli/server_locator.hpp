#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "domain/workspace.hpp"
#include "security/secret.hpp"

namespace homeport::cli {

/// What every command takes: where the server is, which workspace, how to answer.
struct GlobalOptions {
  std::string url;
  std::optional<std::filesystem::path> data_directory;
  std::string workspace;  ///< a name, or "SUBSCRIPTION/GROUP/NAME"
  bool json = false;
};

/// A server, and with what to speak to it.
struct ServerAddress {
  std::string url;     ///< without a final slash
  std::string source;  ///< what named it, for error texts
  security::Secret token;
  domain::WorkspaceKey workspace;  ///< empty names where nothing says which
  std::optional<std::filesystem::path>
      data_directory;  ///< known where the server is this machine's
};

/// The first that names a server: --url, --data-dir, HOMEPORT_URL, a config.json in `start` or
/// above, the profile's default, the default data directory. The token: HOMEPORT_TOKEN, the
/// profile of that URL, the data directory's own secrets where this person may read them.
/// Unavailable, saying what to do, if nothing names one or no server runs on --data-dir.
base::Result<ServerAddress> locate_server(const GlobalOptions& options,
                                          const std::filesystem::path& start);

/// The owner's token kept in a data directory; empty where this person may not read it.
security::Secret token_of_data_directory(const std::filesystem::path& data_directory);

}  // namespace homeport::cli
