#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/client.hpp"
#include "cli/exit_code.hpp"
#include "cli/interrupts.hpp"
#include "cli/server_locator.hpp"
#include "cli/terminal.hpp"
#include "cli/transport.hpp"

namespace homeport::cli {

/// What `homeport up` asks of the server; the composition root turns it into the server's own
/// options.
struct ServeSettings {
  std::filesystem::path data_directory;
  std::string listen = "127.0.0.1:8700";
  int capacity = 16;
  std::filesystem::path environments_directory;
  std::vector<std::string> passthrough;    ///< storage accounts that are Azure's own
  std::vector<std::string> gateway_allow;  ///< private networks that the gateway may go to
  std::filesystem::path tls_certificate;   ///< PEM, for the server's own names; empty: none
  std::filesystem::path tls_key;
  std::optional<int> emulator_port;  ///< of the storage emulator; none: it is off
};

struct ReadyServer {
  std::string url;
  security::Secret token;
  domain::WorkspaceKey workspace;
  std::string login_link;
  std::string emulator_url;  ///< "" where there is no emulator
};

using ServeFunction = std::function<base::Result<int>(
    const ServeSettings&, const std::function<void(const ReadyServer&)>& on_ready)>;

/// All that a command needs from outside; made once in main.
struct Context {
  GlobalOptions options;
  Terminal& terminal;
  Transport& transport;
  ServeFunction serve;
  std::filesystem::path working_directory;
};

/// A client of the server that the options name.
base::Result<Client> connect(Context& context);

/// For a command that waits: a server that does not answer is borne for ten minutes
/// (HOMEPORT_RETRY_SECONDS, as in the package) with one line said, unless `interrupts` counts a
/// Ctrl-C. Both must outlive the client it is given to.
Patience patience_of(Context& context, const Interrupts& interrupts);

/// Prints the error, gives its exit code.
int report(Context& context, const base::Error& error);

}  // namespace homeport::cli
