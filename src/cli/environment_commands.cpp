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

/// The folder of the server's `azureml` package, if it is on this machine and readable.
fs::path python_folder(Client& client, const boost::json::value& status) {
  const auto& known = client.address().data_directory;
  const fs::path data = known ? *known : fs::path(text_at(status, "/dataDirectory"));
  std::error_code failure;
  const fs::path folder = data / "python";
  return !data.empty() && fs::is_directory(folder, failure) ? fs::absolute(folder) : fs::path();
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
  if (const fs::path folder = python_folder(client, status); !folder.empty()) {
    const std::string before = environment_variable("PYTHONPATH");
    const auto parts = base::split(before, ':');
    const bool is_there = std::find(parts.begin(), parts.end(), folder.string()) != parts.end();
    variables.emplace_back("PYTHONPATH", before.empty() ? folder.string()
                                         : is_there     ? before
                                                        : before + ":" + folder.string());
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
