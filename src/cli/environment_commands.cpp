#include "cli/environment_commands.hpp"

#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/text.hpp"
#include "cli/json.hpp"
#include "cli/places.hpp"
#include "cli/profiles.hpp"
#include "cli/server_status.hpp"

namespace homeport::cli {
namespace {

namespace fs = std::filesystem;

std::string single_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return out + "'";
}

/// PYTHONPATH with the folders of the server's packages at its end (`azureml`, and `utilities` of
/// the Batch AI years), as far as they are on this machine and readable.
std::string python_path(Client& client, const boost::json::value& status) {
  const auto& known = client.address().data_directory;
  const fs::path data = known ? *known : fs::path(text_at(status, "/dataDirectory"));
  std::string path = environment_variable("PYTHONPATH");
  for (const char* name : {"python", "batchai"}) {
    std::error_code failure;
    if (data.empty() || !fs::is_directory(data / name, failure)) {
      continue;
    }
    const std::string folder = fs::absolute(data / name).string();
    const auto parts = base::split(path, ':');
    if (std::find(parts.begin(), parts.end(), folder) == parts.end()) {
      path += (path.empty() ? "" : ":") + folder;
    }
  }
  return path;
}

bool profile_has(const ServerAddress& address) {
  const auto profiles = read_profiles(profiles_path());
  if (!profiles) {
    return false;
  }
  const auto found = profiles.value().tokens.find(address.url);
  return found != profiles.value().tokens.end() && found->second.reveal() == address.token.reveal();
}

}  // namespace

base::Result<std::vector<std::pair<std::string, std::string>>> server_environment(
    Context& context) {
  HP_TRY(Client client, connect(context));
  HP_TRY(const auto status, get_server_status(client));
  std::vector<std::pair<std::string, std::string>> variables;
  variables.emplace_back("HOMEPORT_URL", client.address().url);
  if (!client.address().token.empty() && !profile_has(client.address())) {
    variables.emplace_back("HOMEPORT_TOKEN", client.address().token.reveal());
  }
  if (std::string path = python_path(client, status); !path.empty()) {
    variables.emplace_back("PYTHONPATH", std::move(path));
  }
  return variables;
}

int print_environment(Context& context) {
  const auto variables = server_environment(context);
  if (!variables) {
    return report(context, variables.error());
  }
  if (context.options.json) {
    boost::json::object document;
    for (const auto& [name, value] : variables.value()) {
      document[name] = value;
    }
    context.terminal.write(pretty(document));
    return to_int(ExitCode::Ok);
  }
  for (const auto& [name, value] : variables.value()) {
    context.terminal.line("export " + name + "=" + single_quoted(value));
  }
  return to_int(ExitCode::Ok);
}

int execute(Context& context, const std::vector<std::string>& command) {
  const auto variables = server_environment(context);
  if (!variables) {
    return report(context, variables.error());
  }
  for (const auto& [name, value] : variables.value()) {
    ::setenv(name.c_str(), value.c_str(), 1);
  }
  std::vector<char*> argv;
  std::vector<std::string> words = command;
  for (std::string& word : words) {
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);
  ::execvp(argv.front(), argv.data());
  const int failure = errno;
  context.terminal.note("homeport: cannot run " + command.front() + ": " + std::strerror(failure));
  return failure == ENOENT ? 127 : 126;
}

}  // namespace homeport::cli
