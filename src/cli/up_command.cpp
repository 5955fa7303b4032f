#include "cli/up_command.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <thread>

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/announcement.hpp"
#include "cli/detached_server.hpp"
#include "cli/json.hpp"
#include "cli/login_link.hpp"
#include "cli/places.hpp"
#include "cli/server_process.hpp"
#include "cli/version.hpp"

namespace homeport::cli {
namespace {

namespace fs = std::filesystem;

constexpr auto kStartPatience = std::chrono::seconds(30);
constexpr auto kPoll = std::chrono::milliseconds(20);

/// A server that holds the lock may still be starting: its record appears when it is ready.
base::Result<ServerRecord> wait_for_record(const fs::path& data) {
  const auto deadline = std::chrono::steady_clock::now() + kStartPatience;
  while (true) {
    auto record = read_server_record(data);
    if (record || !serving_pid(data) || std::chrono::steady_clock::now() > deadline) {
      return record;
    }
    std::this_thread::sleep_for(kPoll);
  }
}

base::Error does_not_answer(const fs::path& data, pid_t pid) {
  return base::conflict("DataDirectoryInUse",
                        data.string() + " belongs to a running Homeport (pid " +
                            std::to_string(pid) +
                            ") that does not answer; stop it with `homeport down --data-dir " +
                            data.string() + "`, then start it again");
}

int already_running(Context& context, const UpOptions& options, pid_t pid) {
  const fs::path& data = options.settings.data_directory;
  const auto record = wait_for_record(data);
  if (!record) {
    return report(context, does_not_answer(data, pid));
  }
  GlobalOptions here = context.options;
  here.url.clear();
  here.data_directory = data;
  auto address = locate_server(here, context.working_directory);
  if (!address) {
    return report(context, address.error());
  }
  Client client(context.transport, address.value());
  const auto link = make_login_link(client, "");
  if (!link) {
    return report(context, link.error().code == base::ErrorCode::Unavailable
                               ? does_not_answer(data, pid)
                               : link.error());
  }
  context.terminal.note("Homeport already runs on " + data.string() + " (pid " +
                        std::to_string(record.value().pid) + ").");
  if (options.listen_was_given && !record.value().url.ends_with("//" + options.settings.listen)) {
    context.terminal.note("It keeps its address " + record.value().url +
                          "; `homeport down` first to change it.");
  }
  if (options.settings.emulator_port && record.value().emulator_url.empty()) {
    context.terminal.note(
        "It has no storage emulator; `homeport down` first to start it with one.");
  }
  announce(context, data, record.value().pid,
           {record.value().url, address.value().token, record.value().workspace, link.value(),
            record.value().emulator_url});
  return to_int(ExitCode::Ok);
}

void tell_parent(int descriptor, const ReadyServer& server) {
  const std::string text = serialize_ready(server) + "\n";
  // A parent that is gone does not matter: the server is up all the same.
  [[maybe_unused]] const ssize_t written = ::write(descriptor, text.data(), text.size());
  ::close(descriptor);
}

/// Where the server of a data directory answered last: it answers there again, so that links,
/// notebooks and waiting clients find it.
fs::path address_path(const fs::path& data) {
  return data / "listen";
}

void remember_address(const fs::path& data, const std::string& url) {
  const size_t host = url.find("://");
  // A convenience: where it cannot be written, the next start takes the usual address.
  [[maybe_unused]] const auto written = base::write_file_durably(
      address_path(data), host == std::string::npos ? url : url.substr(host + 3));
}

int serve_here(Context& context, const UpOptions& options) {
  const fs::path& data = options.settings.data_directory;
  if (options.ready_descriptor >= 0) {
    // Else an agent that outlives this server would keep the parent's pipe open.
    ::fcntl(options.ready_descriptor, F_SETFD, FD_CLOEXEC);
  }
  const auto lock = DataLock::take(data);
  if (!lock) {
    return report(context, lock.error());
  }
  const auto on_ready = [&](const ReadyServer& server) {
    const ServerRecord record{server.url,       ::getpid(),      kVersion,
                              server.workspace, data / "python", server.emulator_url};
    remember_address(data, server.url);
    if (const auto written = write_server_record(data, record); !written) {
      context.terminal.error(written.error());
    }
    if (options.ready_descriptor >= 0) {
      tell_parent(options.ready_descriptor, server);
    } else {
      announce(context, data, ::getpid(), server);
      context.terminal.note("Ctrl-C stops the server; runs go on.");
    }
  };
  const auto code = context.serve(options.settings, on_ready);
  if (!code) {
    report(context, code.error());
    // A port that is taken is no server that cannot be reached.
    return to_int(code.error().code == base::ErrorCode::Unavailable ? ExitCode::Conflict
                                                                    : exit_code_of(code.error()));
  }
  return code.value();
}

int serve_detached(Context& context, const UpOptions& options) {
  const fs::path& data = options.settings.data_directory;
  const auto started = start_detached(options.settings);
  if (!started) {
    return report(context, started.error());
  }
  announce(context, data, started.value().pid, started.value().server);
  const std::string where =
      context.options.data_directory ? " --data-dir " + data.string() : std::string();
  context.terminal.note("Its log is " + server_log_path(data).string() + "; `homeport down" +
                        where + "` stops it.");
  return to_int(ExitCode::Ok);
}

}  // namespace

fs::path data_directory_of(const GlobalOptions& options) {
  return options.data_directory ? *options.data_directory : default_data_directory();
}

int up(Context& context, UpOptions options) {
  ServeSettings& settings = options.settings;
  settings.data_directory = fs::absolute(data_directory_of(context.options)).lexically_normal();
  if (!settings.environments_directory.empty()) {
    settings.environments_directory = fs::absolute(settings.environments_directory);
  }
  for (fs::path* file : {&settings.tls_certificate, &settings.tls_key}) {
    if (!file->empty()) *file = fs::absolute(*file);
  }
  if (const auto pid = serving_pid(settings.data_directory)) {
    return already_running(context, options, *pid);
  }
  if (!options.listen_was_given) {
    const auto address = base::read_file(address_path(settings.data_directory));
    if (address && !base::trim(address.value()).empty())
      settings.listen = base::trim(address.value());
  }
  return options.detach ? serve_detached(context, options) : serve_here(context, options);
}

}  // namespace homeport::cli
