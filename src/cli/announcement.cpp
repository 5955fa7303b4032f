#include "cli/announcement.hpp"

#include <boost/json.hpp>

#include "cli/json.hpp"
#include "cli/places.hpp"
#include "cli/profiles.hpp"
#include "cli/version.hpp"
#include "cli/workspace_config.hpp"

namespace homeport::cli {
namespace {

namespace fs = std::filesystem;

void keep_token(Context& context, const ReadyServer& server) {
  if (server.token.empty()) {
    return;
  }
  if (const auto saved = save_profile(profiles_path(), server.url, server.token); !saved) {
    context.terminal.note("Its token could not be kept in " + profiles_path().string() + ": " +
                          saved.error().message +
                          ". Commands find it with --data-dir; programs, with `homeport exec`.");
  }
}

bool write_config(Context& context, const ReadyServer& server) {
  const auto written =
      write_workspace_config(context.working_directory, {server.workspace, server.url});
  if (!written) {
    context.terminal.note("No .azureml/config.json was written here: " + written.error().message);
  }
  return static_cast<bool>(written);
}

void say_emulator(Context& context, const ReadyServer& server) {
  if (server.emulator_url.empty()) return;
  context.terminal.line("");
  context.terminal.line("The storage emulator is " + server.emulator_url +
                        " (UseDevelopmentStorage=true).");
}

void say_what_next(Context& context, bool has_config) {
  Terminal& terminal = context.terminal;
  terminal.line("");
  terminal.line("Next:");
  terminal.line(
      "  homeport exec -- python train.py        a program of the two services, unchanged");
  terminal.line("  homeport run submit --cluster C x.py    a script on a cluster of nodes");
  terminal.line("  homeport status                         what is going on");
  if (has_config) {
    terminal.line("Workspace.from_config() finds .azureml/config.json in this folder.");
  }
}

}  // namespace

void announce(Context& context, const fs::path& data, pid_t pid, const ReadyServer& server) {
  keep_token(context, server);
  const bool has_config = write_config(context, server);
  if (context.options.json) {
    boost::json::object document{{"url", server.url},
                                 {"loginUrl", server.login_link},
                                 {"pid", pid},
                                 {"dataDirectory", data.string()},
                                 {"version", kVersion}};
    if (!server.emulator_url.empty()) document["storageEmulator"] = server.emulator_url;
    context.terminal.write(pretty(document));
    return;
  }
  context.terminal.line("Homeport is up. Open it once with this link, good for 10 minutes:");
  context.terminal.line("");
  context.terminal.line("  " + server.login_link);
  say_emulator(context, server);
  say_what_next(context, has_config);
}

}  // namespace homeport::cli
