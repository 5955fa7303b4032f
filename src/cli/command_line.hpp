#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/context.hpp"

namespace CLI {
class App;
}

namespace homeport::cli {

/// A command line as understood: the options that every command takes, and what to do.
struct Invocation {
  GlobalOptions options;
  std::function<int(Context&)> command;
  std::vector<std::string> after_dashes;  ///< everything behind the first "--", untouched
  bool has_dashes = false;
};

/// Reads the arguments (without the program's name). On a wrong command line, or --help and
/// --version, prints what there is to say and returns no command but `exit_code`.
struct ParsedCommandLine {
  Invocation invocation;
  int exit_code = 0;
};
ParsedCommandLine parse_command_line(std::vector<std::string> arguments, Terminal& terminal);

/// Each adds its subcommands to `app`; what they find goes into `invocation`, which must outlive
/// the parsing.
void add_global_options(CLI::App& app, Invocation& invocation);
void add_server_commands(CLI::App& app, Invocation& invocation);
void add_run_commands(CLI::App& app, Invocation& invocation);
void add_cluster_commands(CLI::App& app, Invocation& invocation);
void add_data_commands(CLI::App& app, Invocation& invocation);

/// Parses and runs; the exit code of the process. Nothing is thrown.
int run_command_line(int argc, char** argv, const ServeFunction& serve);

}  // namespace homeport::cli
