#include "api/monitoring/server_figures.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace homeport::api::monitoring {
namespace {

using http::Figure;

Figure single(Figure::Kind kind, std::string name, std::string help, double value) {
  return {std::move(name), std::move(help), kind, {{{}, value}}};
}

template <typename Number>
Figure gauge(std::string name, std::string help, Number value) {
  return single(Figure::Kind::Gauge, std::move(name), std::move(help), static_cast<double>(value));
}

template <typename Number>
Figure counter(std::string name, std::string help, Number value) {
  return single(Figure::Kind::Counter, std::move(name), std::move(help),
                static_cast<double>(value));
}

Figure build_info(const std::string& version) {
  return {"homeport_build_info",
          "1; its labels say what runs",
          Figure::Kind::Gauge,
          {{{{"version", version}, {"compiler", "gcc " __VERSION__}}, 1}}};
}

Figure ledger_files(const std::filesystem::path& database) {
  Figure figure{"homeport_ledger_bytes", "Size of the ledger's files", Figure::Kind::Gauge, {}};
  for (const auto& [kind, suffix] : {std::pair("database", ""), std::pair("log", "-wal")}) {
    std::error_code error;
    const auto size = std::filesystem::file_size(database.string() + suffix, error);
    if (!error) figure.values.push_back({{{"file", kind}}, static_cast<double>(size)});
  }
  return figure;
}

void add_ledger(const ledger::SqliteActivity& ledger, std::vector<Figure>& figures) {
  figures.push_back(counter("homeport_ledger_writes_total", "Writes made durable", ledger.writes));
  figures.push_back(counter("homeport_ledger_failed_writes_total",
                            "Writes that were refused or failed", ledger.failed_writes));
  figures.push_back(counter("homeport_ledger_commits_total", "Commits; several writes share one",
                            ledger.commits));
  figures.push_back(counter("homeport_ledger_commit_seconds_total", "Time spent in commits",
                            std::chrono::duration<double>(ledger.commit_time).count()));
  figures.push_back(gauge("homeport_ledger_waiting_writes", "Writes that wait for their commit",
                          ledger.waiting_writes));
}

Figure control_groups(const std::vector<std::string>& governed) {
  Figure figure{"homeport_node_control_groups",
                "Whether the control groups of nodes govern it; 0 too where nodes have none",
                Figure::Kind::Gauge,
                {}};
  for (const char* controller : {"cpu", "memory", "pids"}) {
    const bool there = std::find(governed.begin(), governed.end(), controller) != governed.end();
    figure.values.push_back({{{"controller", controller}}, there ? 1.0 : 0.0});
  }
  return figure;
}

}  // namespace

std::vector<http::Figure> server_figures(const ServerState& state) {
  std::vector<Figure> figures{build_info(state.version)};
  add_ledger(state.ledger, figures);
  figures.push_back(ledger_files(state.ledger_file));
  figures.push_back(gauge("homeport_control_waiting_events",
                          "Events that the control loop has not looked at", state.waiting_events));
  figures.push_back(gauge("homeport_http_connections", "Open connections", state.connections));
  figures.push_back(gauge("homeport_http_waiting_requests", "Requests that wait for a worker",
                          state.waiting_requests));
  figures.push_back(control_groups(state.group_controllers));
  std::error_code error;
  const auto disk = std::filesystem::space(state.data_directory, error);
  if (!error) {
    figures.push_back(
        gauge("homeport_data_disk_bytes", "Size of the data directory's disk", disk.capacity));
    figures.push_back(gauge("homeport_data_disk_free_bytes",
                            "Room left on it for this server's user", disk.available));
  }
  return figures;
}

}  // namespace homeport::api::monitoring
