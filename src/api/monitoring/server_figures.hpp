#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "api/http/figure.hpp"
#include "ledger/sqlite/activity.hpp"

namespace homeport::api::monitoring {

/// What the composition root knows of the server's parts at one moment.
struct ServerState {
  std::string version;
  ledger::SqliteActivity ledger;
  std::filesystem::path ledger_file;     ///< its write-ahead log lies beside it
  std::filesystem::path data_directory;  ///< whose disk must not fill up
  size_t waiting_events = 0;             ///< that the control loop has not looked at
  size_t connections = 0;
  size_t waiting_requests = 0;
  std::vector<std::string> group_controllers;  ///< what of nodes their control groups govern
};

/// homeport_build_info, the ledger's writes and files, the queues inside the server, what the
/// control groups of nodes govern, and the room that is left on the disk. A file that cannot be
/// looked at is left out.
std::vector<http::Figure> server_figures(const ServerState& state);

}  // namespace homeport::api::monitoring
