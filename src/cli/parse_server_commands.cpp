#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command_line.hpp"
#include "cli/environment_commands.hpp"
#include "cli/server_commands.hpp"
#include "cli/up_command.hpp"

namespace homeport::cli {
namespace {

/// Where the published clients look for a storage emulator.
constexpr int kEmulatorPort = 10'000;

void add_tls_options(CLI::App& command, ServeSettings& settings) {
  auto* certificate = command.add_option(
      "--tls-cert", settings.tls_certificate,
      "certificate chain (PEM) for HTTPS to the names and addresses that it covers");
  auto* key = command.add_option("--tls-key", settings.tls_key, "its private key (PEM)");
  certificate->needs(key);
  key->needs(certificate);
}

/// Gives the flag --emulator; without a port given beside it the usual one is meant.
CLI::Option* add_emulator_options(CLI::App& command, ServeSettings& settings) {
  auto* emulator =
      command.add_flag("--emulator")
          ->description(
              "also be the storage emulator of published clients (UseDevelopmentStorage=true)");
  command
      .add_option("--emulator-port", settings.emulator_port,
                  "its port on 127.0.0.1 (0: any free one)")
      ->check(CLI::Range(0, 65535))
      ->needs(emulator)
      ->default_str(std::to_string(kEmulatorPort));
  return emulator;
}

void add_up(CLI::App& app, Invocation& invocation) {
  auto* command = app.add_subcommand("up", "start Homeport on this machine");
  auto options = std::make_shared<UpOptions>();
  auto* listen =
      command->add_option("--listen", options->settings.listen, "HOST:PORT to answer on");
  listen->capture_default_str();
  command->add_option("--capacity", options->settings.capacity, "nodes that this machine may carry")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  command->add_option("--environments-dir", options->settings.environments_directory,
                      "where built environments are kept (default: in the data directory)");
  command
      ->add_option("--passthrough", options->settings.passthrough,
                   "storage accounts whose names homeport exec leaves to Azure")
      ->delimiter(',');
  command
      ->add_option("--gateway-allow", options->settings.gateway_allow,
                   "private networks that programs under homeport exec may reach through it, "
                   "such as 10.0.0.0/8")
      ->delimiter(',');
  add_tls_options(*command, options->settings);
  auto* emulator = add_emulator_options(*command, options->settings);
  command->add_flag("-d,--detach", options->detach, "come back when it is ready; it serves on");
  command->add_option("--ready-fd", options->ready_descriptor)->group("");
  command->callback([&invocation, options, listen, emulator] {
    options->listen_was_given = listen->count() > 0;
    std::optional<int>& port = options->settings.emulator_port;
    if (emulator->count() > 0 && !port) port = kEmulatorPort;
    invocation.command = [options](Context& context) { return up(context, *options); };
  });
}

void add_down(CLI::App& app, Invocation& invocation) {
  auto* command = app.add_subcommand("down", "stop Homeport; runs go on without it");
  auto cancel_runs = std::make_shared<bool>(false);
  command->add_flag("--cancel-runs", *cancel_runs, "end every run first");
  command->callback([&invocation, cancel_runs] {
    const auto choice = *cancel_runs ? CancelRuns::Yes : CancelRuns::No;
    invocation.command = [choice](Context& context) { return down(context, choice); };
  });
}

void add_login(CLI::App& app, Invocation& invocation) {
  auto* command = app.add_subcommand("login", "print a one-time link to the web page");
  auto page = std::make_shared<std::string>();
  command->add_option("--to", *page, "the page to open, such as /web/runs/WORKSPACE/RUN");
  command->callback([&invocation, page] {
    invocation.command = [page](Context& context) { return login(context, *page); };
  });
}

void add_env(CLI::App& app, Invocation& invocation) {
  auto* command =
      app.add_subcommand("env", "print the variables that lead a program here, for eval");
  auto file = std::make_shared<std::string>();
  command->add_option("--batchai-config", *file,
                      "write Batch AI's configuration.json there instead (mode 0600)");
  command->callback([&invocation, file] {
    invocation.command = [file](Context& context) { return print_environment(context, *file); };
  });
}

void add_exec(CLI::App& app, Invocation& invocation) {
  auto* command =
      app.add_subcommand("exec", "run a program against this Homeport: exec -- PROGRAM ARGS...");
  // Not falling through, or the root would take the program's name for a subcommand of its own.
  command->prefix_command()->fallthrough(false);
  add_global_options(*command, invocation);
  command->callback([&invocation, command] {
    std::vector<std::string> words = command->remaining();
    words.insert(words.end(), invocation.after_dashes.begin(), invocation.after_dashes.end());
    if (words.empty()) {
      throw CLI::ValidationError("exec", "needs a program: homeport exec -- PROGRAM ARGS...");
    }
    invocation.command = [words](Context& context) { return execute(context, words); };
  });
}

}  // namespace

void add_server_commands(CLI::App& app, Invocation& invocation) {
  add_up(app, invocation);
  add_down(app, invocation);
  app.add_subcommand("status", "what is going on")->callback([&invocation] {
    invocation.command = [](Context& context) { return status(context); };
  });
  add_login(app, invocation);
  add_env(app, invocation);
  add_exec(app, invocation);
}

}  // namespace homeport::cli
