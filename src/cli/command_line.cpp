#include "cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>

#include "cli/usage_error.hpp"
#include "cli/version.hpp"

namespace homeport::cli {
namespace {

std::string footer() {
  return std::string(exit_code_help()) +
         "\nEvery command takes --json, --data-dir D, --url URL and --workspace NAME.\n"
         "A command finds its server by --url, --data-dir, $HOMEPORT_URL, .azureml/config.json "
         "here "
         "or above,\na server on the default data directory, or the profile that `homeport up` "
         "wrote, in this order.";
}

/// CLI11 stops reading options at "--" but gives what follows to whichever positional is free; the
/// arguments of a person's own program must not be looked at at all.
void cut_at_dashes(std::vector<std::string>& arguments, Invocation& invocation) {
  const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
  if (dashes != arguments.end()) {
    invocation.has_dashes = true;
    invocation.after_dashes.assign(dashes + 1, arguments.end());
    arguments.erase(dashes, arguments.end());
  }
}

}  // namespace

void add_global_options(CLI::App& app, Invocation& invocation) {
  GlobalOptions& options = invocation.options;
  app.add_option("--url", options.url,
                 "the server's address (default: found as --help says below)");
  app.add_option_function<std::string>(
      "--data-dir",
      [&options](const std::string& path) {
        options.data_directory = std::filesystem::absolute(path).lexically_normal();
      },
      "the server's data directory (default: $HOMEPORT_DATA or ~/.local/share/homeport)");
  app.add_option("-w,--workspace", options.workspace,
                 "NAME or SUBSCRIPTION/GROUP/NAME (default: of .azureml/config.json)");
  app.add_flag("--json", options.json, "answer with JSON, for programs");
}

ParsedCommandLine parse_command_line(std::vector<std::string> arguments, Terminal& terminal) {
  ParsedCommandLine parsed;
  cut_at_dashes(arguments, parsed.invocation);
  CLI::App app{"Homeport: the two services' training, on your own machines", "homeport"};
  app.set_version_flag("--version", std::string("homeport ") + kVersion);
  app.footer(footer());
  app.fallthrough();
  app.require_subcommand(1);
  add_global_options(app, parsed.invocation);
  add_server_commands(app, parsed.invocation);
  add_run_commands(app, parsed.invocation);
  add_cluster_commands(app, parsed.invocation);
  add_data_commands(app, parsed.invocation);
  try {
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants a vector
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& problem) {
    std::ostringstream out;
    std::ostringstream unused;
    const bool asked_for_text = app.exit(problem, out, unused) == 0;
    terminal.write(out.str());
    if (!asked_for_text) terminal.note("homeport: " + usage_error(app, problem));
    parsed.invocation.command = nullptr;
    parsed.exit_code = to_int(asked_for_text ? ExitCode::Ok : ExitCode::Usage);
  }
  return parsed;
}

int run_command_line(int argc, char** argv, const ServeFunction& serve) {
  Terminal terminal = Terminal::of_process();
  try {
    auto parsed = parse_command_line(
        std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc), terminal);
    if (!parsed.invocation.command) {
      return parsed.exit_code;
    }
    const auto transport = make_http_transport();
    Context context{parsed.invocation.options, terminal, *transport, serve,
                    std::filesystem::current_path()};
    return parsed.invocation.command(context);
  } catch (const std::exception& problem) {
    terminal.error(base::internal(problem.what()));
    return to_int(ExitCode::Failed);
  }
}

}  // namespace homeport::cli
