#include "cli/environment_commands.hpp"

#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iterator>

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/batchai_configuration.hpp"
#include "cli/json.hpp"
#include "cli/places.hpp"
#include "cli/profiles.hpp"
#include "cli/server_status.hpp"
#include "security/tokens.hpp"

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

/// One file for each server and workspace, written anew each time: keys may have changed.
void add_batchai_configuration(Client& client, const fs::path& folder, Variables& variables,
                               std::vector<std::string>& notes) {
  const auto write = [&]() -> base::Result<std::string> {
    HP_TRY(const std::string workspace, client.workspace_path());
    const std::string name =
        base::to_hex(security::sha256(client.address().url + workspace)).substr(0, 16);
    HP_TRYV(base::make_directory(folder, 0700));
    HP_TRYV(write_batchai_configuration(client, folder / (name + ".json")));
    return (folder / (name + ".json")).string();
  };
  auto path = write();
  if (path) {
    variables.emplace_back("HOMEPORT_BATCHAI_CONFIG", std::move(path).value());
  } else {
    notes.push_back("No configuration for Batch AI programs: " + path.error().message + ".");
  }
}

}  // namespace

base::Result<Variables> server_environment(Context& context) {
  HP_TRY(Client client, connect(context));
  HP_TRY(const auto status, get_server_status(client));
  Variables variables;
  variables.emplace_back("HOMEPORT_URL", client.address().url);
  if (!client.address().token.empty() && !profile_has(client.address())) {
    variables.emplace_back("HOMEPORT_TOKEN", client.address().token.reveal());
  }
  if (std::string path = python_path(client, status); !path.empty()) {
    variables.emplace_back("PYTHONPATH", std::move(path));
  }
  const fs::path own = profiles_path().parent_path();
  std::vector<std::string> notes;
  HP_TRY(const GatewayFacts facts, get_gateway_facts(client));
  HP_TRY(Variables gateway,
         gateway_variables(client.address(), facts, environment_variable, own / "gateway", notes));
  std::move(gateway.begin(), gateway.end(), std::back_inserter(variables));
  add_batchai_configuration(client, own / "batchai", variables, notes);
  for (const std::string& note : notes) context.terminal.note("homeport: " + note);
  return variables;
}

namespace {

int write_configuration(Context& context, const fs::path& file) {
  auto client = connect(context);
  if (!client) {
    return report(context, client.error());
  }
  if (const auto written = write_batchai_configuration(client.value(), file); !written) {
    return report(context, written.error());
  }
  context.terminal.note("Written: " + file.string() + ", with secrets; for you alone to read.");
  return to_int(ExitCode::Ok);
}

}  // namespace

int print_environment(Context& context, const std::string& batchai_file) {
  if (!batchai_file.empty()) {
    return write_configuration(context, context.working_directory / batchai_file);
  }
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
