#include "cli/detached_server.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <vector>

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/json.hpp"

namespace homeport::cli {
namespace {

namespace fs = std::filesystem;

constexpr auto kStartPatience = std::chrono::seconds(60);
constexpr int kChildReadyDescriptor = 3;
constexpr std::string_view kErrorPrefix = "homeport: ";

std::vector<std::string> arguments_of(const ServeSettings& settings) {
  std::vector<std::string> arguments{"homeport",   "up",
                                     "--data-dir", settings.data_directory.string(),
                                     "--listen",   settings.listen,
                                     "--capacity", std::to_string(settings.capacity),
                                     "--ready-fd", std::to_string(kChildReadyDescriptor)};
  if (!settings.environments_directory.empty()) {
    arguments.insert(arguments.end(),
                     {"--environments-dir", settings.environments_directory.string()});
  }
  for (const std::string& account : settings.passthrough) {
    arguments.insert(arguments.end(), {"--passthrough", account});
  }
  for (const std::string& network : settings.gateway_allow) {
    arguments.insert(arguments.end(), {"--gateway-allow", network});
  }
  if (!settings.tls_certificate.empty()) {
    arguments.insert(arguments.end(), {"--tls-cert", settings.tls_certificate.string(), "--tls-key",
                                       settings.tls_key.string()});
  }
  if (settings.emulator_port) {
    arguments.insert(arguments.end(),
                     {"--emulator", "--emulator-port", std::to_string(*settings.emulator_port)});
  }
  return arguments;
}

/// Attributes and file actions of one spawn, freed at the end of their life.
struct SpawnPlan {
  posix_spawnattr_t attributes{};
  posix_spawn_file_actions_t actions{};
  SpawnPlan() {
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_init(&actions);
  }
  ~SpawnPlan() {
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
};

base::Result<pid_t> spawn(const ServeSettings& settings, int ready_descriptor) {
  SpawnPlan plan;
  posix_spawnattr_setflags(&plan.attributes, POSIX_SPAWN_SETSID);
  const std::string log = server_log_path(settings.data_directory).string();
  posix_spawn_file_actions_addopen(&plan.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&plan.actions, STDOUT_FILENO, log.c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&plan.actions, STDOUT_FILENO, STDERR_FILENO);
  posix_spawn_file_actions_adddup2(&plan.actions, ready_descriptor, kChildReadyDescriptor);
  // So that the server holds no folder of the person's, who may want to unmount or remove it.
  posix_spawn_file_actions_addchdir_np(&plan.actions, settings.data_directory.c_str());
  std::vector<std::string> arguments = arguments_of(settings);
  std::vector<char*> argv;
  for (std::string& argument : arguments) {
    argv.push_back(argument.data());
  }
  argv.push_back(nullptr);
  pid_t pid = 0;
  const int failure =
      ::posix_spawn(&pid, "/proc/self/exe", &plan.actions, &plan.attributes, argv.data(), environ);
  if (failure != 0) {
    return base::system_error("start the server", failure);
  }
  return pid;
}

/// What the server wrote, one line; empty if it ended first. DeadlineExceeded if it does neither.
base::Result<std::string> read_ready_line(int descriptor) {
  const auto deadline = std::chrono::steady_clock::now() + kStartPatience;
  std::string text;
  while (text.find('\n') == std::string::npos) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd event{descriptor, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&event, 1, static_cast<int>(left.count())) == 0) {
      return base::Error{
          base::ErrorCode::DeadlineExceeded, "the server is not ready yet", {}, {}, {}};
    }
    char buffer[4096];
    const ssize_t count = ::read(descriptor, buffer, sizeof buffer);
    if (count == 0 || (count < 0 && errno != EINTR)) {
      return std::string();
    }
    text.append(buffer, static_cast<size_t>(count > 0 ? count : 0));
  }
  return text;
}

/// The last error line that this start wrote into its log.
std::string last_error(const fs::path& log, uintmax_t start) {
  const auto text = base::read_file(log);
  if (!text || text.value().size() < start) {
    return "";
  }
  std::string found;
  for (const std::string& line : base::split(std::string_view(text.value()).substr(start), '\n')) {
    if (line.starts_with(kErrorPrefix)) {
      found = line.substr(kErrorPrefix.size());
    }
  }
  return found;
}

base::Error why_it_ended(pid_t pid, const fs::path& log, uintmax_t log_start) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  const bool is_conflict = WIFEXITED(status) && WEXITSTATUS(status) == to_int(ExitCode::Conflict);
  std::string why = last_error(log, log_start);
  if (why.empty()) {
    why = WIFSIGNALED(status)
              ? "the server was ended by signal " + std::to_string(WTERMSIG(status))
              : "the server ended with exit code " + std::to_string(WEXITSTATUS(status));
  }
  const std::string message = why + "\nIts log is " + log.string() + ".";
  return is_conflict ? base::conflict("ServerDidNotStart", message) : base::internal(message);
}

}  // namespace

fs::path server_log_path(const fs::path& data) {
  return data / "log" / "server.log";
}

std::string serialize_ready(const ReadyServer& server) {
  return boost::json::serialize(
      boost::json::value{{"url", server.url},
                         {"token", server.token.reveal()},
                         {"subscription", server.workspace.subscription_id},
                         {"group", server.workspace.resource_group},
                         {"workspace", server.workspace.name},
                         {"login", server.login_link},
                         {"emulator", server.emulator_url}});
}

base::Result<ReadyServer> parse_ready(const std::string& text) {
  HP_TRY(const auto document, parse_json(text));
  return ReadyServer{text_at(document, "/url"),
                     security::Secret(text_at(document, "/token")),
                     {text_at(document, "/subscription"), text_at(document, "/group"),
                      text_at(document, "/workspace")},
                     text_at(document, "/login"),
                     text_at(document, "/emulator")};
}

base::Result<DetachedServer> start_detached(const ServeSettings& settings) {
  const fs::path log = server_log_path(settings.data_directory);
  HP_TRYV(base::make_directory(settings.data_directory, 0700));
  HP_TRYV(base::make_directory(log.parent_path(), 0700));
  std::error_code ignored;
  const uintmax_t log_start = fs::exists(log, ignored) ? fs::file_size(log, ignored) : 0;
  int ends[2];
  // Above the number that the child will know it by, so that the copy there is a real one without
  // close-on-exec.
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return base::system_error("make a pipe", errno);
  }
  const base::FileDescriptor reader(ends[0]);
  base::FileDescriptor low_writer(ends[1]);
  base::FileDescriptor writer(
      ::fcntl(low_writer.get(), F_DUPFD_CLOEXEC, kChildReadyDescriptor + 1));
  low_writer = base::FileDescriptor();
  HP_TRY(const pid_t pid, spawn(settings, writer.get()));
  writer = base::FileDescriptor();
  auto line = read_ready_line(reader.get());
  if (!line) {
    line.error().message += " (pid " + std::to_string(pid) + "); its log is " + log.string();
    return line.error();
  }
  if (line.value().empty()) {
    return why_it_ended(pid, log, log_start);
  }
  HP_TRY(ReadyServer server, parse_ready(line.value()));
  return DetachedServer{pid, std::move(server)};
}

}  // namespace homeport::cli
