#include "cli/server_commands.hpp"

#include <boost/json.hpp>

#include "base/text.hpp"
#include "cli/json.hpp"
#include "cli/login_link.hpp"
#include "cli/run_service.hpp"
#include "cli/server_process.hpp"
#include "cli/server_status.hpp"
#include "cli/times.hpp"
#include "cli/up_command.hpp"

namespace homeport::cli {
namespace {

constexpr auto kStopPatience = std::chrono::seconds(60);

/// Runs not ended, as far as the server still answers; -1 where it does not.
int64_t unfinished_runs(Client& client) {
  const auto status = get_server_status(client);
  return status ? number_at(status.value(), "/runs/queued") +
                      number_at(status.value(), "/runs/running")
                : -1;
}

std::string count_of_runs(int64_t count) {
  return std::to_string(count) + (count == 1 ? " run" : " runs");
}

void say_stopped(Context& context, pid_t pid, int64_t runs) {
  if (context.options.json) {
    context.terminal.write(pretty({{"pid", pid}, {"runsGoingOn", std::max<int64_t>(runs, 0)}}));
    return;
  }
  std::string text = "Homeport (pid " + std::to_string(pid) + ") is stopped.";
  if (runs > 0) {
    text += " " + count_of_runs(runs) + (runs == 1 ? " goes" : " go") +
            " on; `homeport up` takes " + (runs == 1 ? "it" : "them") + " up again.";
  }
  context.terminal.line(text);
}

/// The server on this machine that every other command would speak to: what is typed in one folder
/// means one server. Where that one does not answer, the usual data directory may be its own.
base::Result<std::filesystem::path> data_directory_to_stop(Context& context) {
  if (context.options.data_directory) return *context.options.data_directory;
  const auto address = locate_server(context.options, context.working_directory);
  if (!address) return data_directory_of(context.options);
  if (address.value().data_directory) return *address.value().data_directory;
  Client client(context.transport, address.value());
  const auto status = get_server_status(client);
  if (!status && status.error().code != base::ErrorCode::Unavailable) return status.error();
  const std::filesystem::path data =
      status ? std::filesystem::path(text_at(status.value(), "/dataDirectory"))
             : data_directory_of(context.options);
  const auto record = read_server_record(data);
  if (record && record.value().url == address.value().url) return data;
  if (!status) return status.error();
  return base::conflict("ServerElsewhere", "the Homeport at " + address.value().url +
                                               " does not run on this machine, or is another "
                                               "user's; stop it there");
}

}  // namespace

base::Result<boost::json::value> get_server_status(Client& client) {
  return client.get("/providers/Homeport.Compute/status" + std::string(kOwnVersion));
}

int down(Context& context, CancelRuns cancel_runs) {
  const auto data = data_directory_to_stop(context);
  if (!data && data.error().code == base::ErrorCode::Unavailable) {
    context.terminal.note("Nothing to stop: " + data.error().message);
    return to_int(ExitCode::Ok);
  }
  if (!data) {
    return report(context, data.error());
  }
  GlobalOptions options = context.options;
  options.data_directory = data.value();
  options.url.clear();
  int64_t runs = -1;
  auto address = locate_server(options, context.working_directory);
  if (address) {
    Client client(context.transport, address.value());
    if (cancel_runs == CancelRuns::Yes) {
      const auto cancelled = cancel_all_runs(client, context.terminal);
      if (!cancelled) {
        return report(context, cancelled.error());
      }
    }
    runs = unfinished_runs(client);
  }
  const auto pid = stop_server(*options.data_directory, kStopPatience);
  if (!pid && pid.error().reason == "ServerNotRunning") {
    context.terminal.note("No Homeport runs on " + options.data_directory->string() + ".");
    return to_int(ExitCode::Ok);
  }
  if (!pid) {
    return report(context, pid.error());
  }
  say_stopped(context, pid.value(), runs);
  return to_int(ExitCode::Ok);
}

int status(Context& context) {
  auto client = connect(context);
  if (!client) {
    return report(context, client.error());
  }
  const auto answer = get_server_status(client.value());
  if (!answer) {
    return report(context, answer.error());
  }
  const boost::json::value& server = answer.value();
  Terminal& terminal = context.terminal;
  if (context.options.json) {
    boost::json::object document = server.as_object();
    document["url"] = client.value().address().url;
    terminal.write(pretty(document));
    return to_int(ExitCode::Ok);
  }
  const auto workspaces = client.value().list_workspaces();
  if (!workspaces) {
    return report(context, workspaces.error());
  }
  terminal.line("Homeport " + text_at(server, "/version") + " at " + client.value().address().url);
  const auto row = [&terminal](std::string label, const std::string& text) {
    label.resize(11, ' ');
    terminal.line("  " + label + text);
  };
  row("since", local_time(text_at(server, "/startedAt")));
  row("data", text_at(server, "/dataDirectory"));
  row("nodes",
      text_at(server, "/nodes/used") + " of " + text_at(server, "/nodes/capacity") + " in use");
  if (number_at(server, "/gpus/count") > 0) {
    row("GPUs",
        text_at(server, "/gpus/used") + " of " + text_at(server, "/gpus/count") + " in use");
  }
  row("runs", text_at(server, "/runs/running") + " running, " + text_at(server, "/runs/queued") +
                  " waiting");
  for (const domain::WorkspaceKey& workspace : workspaces.value()) {
    row("workspace", workspace.name + "  (subscription " + workspace.subscription_id +
                         ", resource group " + workspace.resource_group + ")");
  }
  std::vector<std::string> groups;
  for (const auto& name : array_at(server, "/controlGroups")) groups.push_back(text_at(name, ""));
  row("groups", groups.empty() ? "nodes have no control groups"
                               : "a control group for each node: " + base::join(groups, ", "));
  if (const std::string emulator = text_at(server, "/storageEmulator"); !emulator.empty()) {
    row("emulator", emulator + "  (UseDevelopmentStorage=true)");
  }
  for (const auto& limit : array_at(server, "/limits")) {
    row("note", text_at(limit, ""));
  }
  return to_int(ExitCode::Ok);
}

int login(Context& context, const std::string& return_to) {
  auto client = connect(context);
  if (!client) {
    return report(context, client.error());
  }
  const auto link = make_login_link(client.value(), return_to);
  if (!link) {
    return report(context, link.error());
  }
  if (context.options.json) {
    context.terminal.write(pretty({{"url", link.value()}}));
  } else {
    context.terminal.line(link.value());
  }
  return to_int(ExitCode::Ok);
}

}  // namespace homeport::cli
