#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "domain/workspace.hpp"
#include "security/secret.hpp"

namespace homeport::app {

struct ServeOptions {
  std::filesystem::path data_directory;
  std::string listen = "127.0.0.1:8700";
  int capacity = 16;                             ///< nodes of the local engine
  std::filesystem::path environments_directory;  ///< empty: DATA/environments
  std::vector<std::string> passthrough;          ///< storage accounts that are Azure's own
  std::vector<std::string> gateway_allow;        ///< private networks that the gateway may go to
  std::filesystem::path tls_certificate;         ///< PEM, for the server's own names; empty: none
  std::filesystem::path tls_key;
  std::optional<int> emulator_port;  ///< of the storage emulator; none: it is off
  std::string python;                ///< base of environments; empty: the first that will do
};

/// A server that has begun to answer.
struct Ready {
  std::string url;  ///< "http://127.0.0.1:8700", with the port that was taken
  security::Secret owner_token;
  domain::WorkspaceKey default_workspace;
  std::string login_link;    ///< of the web page, good once
  std::string emulator_url;  ///< of the storage emulator's account; "" where it is off
};

/// Serves until SIGTERM or SIGINT; runs go on without it. `on_ready` is called once, on the calling
/// thread. Returns the exit code of the process; Conflict where the port is taken. The caller holds
/// the lock of the data directory.
base::Result<int> serve(const ServeOptions& options,
                        const std::function<void(const Ready&)>& on_ready);

}  // namespace homeport::app
