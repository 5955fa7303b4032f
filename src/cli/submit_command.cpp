#include "cli/submit_command.hpp"

#include <boost/json.hpp>
#include <chrono>

#include "cli/json.hpp"
#include "cli/log_follower.hpp"
#include "cli/project_archive.hpp"
#include "cli/run_outcome.hpp"

namespace homeport::cli {
namespace {

namespace fs = std::filesystem;

base::Error wrong_use(std::string target, std::string message) {
  return base::Error{
      base::ErrorCode::InvalidArgument, std::move(message), std::move(target), "WrongUse", {}};
}

/// Fills in project folder, script, experiment, variables and id, and checks what can be checked
/// here.
base::Result<void> complete(const Context& context, SubmitOptions& options) {
  const fs::path script = fs::absolute(options.script).lexically_normal();
  std::error_code failure;
  if (!fs::is_regular_file(script, failure)) {
    return wrong_use("script", "there is no script " + options.script.string());
  }
  options.source = options.source.empty() ? script.parent_path()
                                          : fs::absolute(options.source).lexically_normal();
  const fs::path relative = script.lexically_relative(options.source);
  if (relative.empty() || relative.begin()->string() == "..") {
    return wrong_use("script", options.script.string() + " is not in " + options.source.string());
  }
  Submission& submission = options.submission;
  submission.script = relative.generic_string();
  if (submission.experiment.empty()) {
    submission.experiment = experiment_name_of(context.working_directory.filename().string());
  }
  for (const std::string& setting : options.settings) {
    const size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) {
      return wrong_use("--env", "--env takes NAME=VALUE, not '" + setting + "'");
    }
    submission.variables[setting.substr(0, equals)] = setting.substr(equals + 1);
  }
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(
      base::SystemClock().wall().time_since_epoch());
  submission.run_id = new_run_id(submission.experiment, now.count());
  return base::success();
}

base::Result<std::string> pack_and_submit(Context& context, Client& client,
                                          const SubmitOptions& options) {
  context.terminal.progress("packing " + options.source.string());
  HP_TRY(const ProjectArchive project, pack_project(options.source));
  context.terminal.progress("sending " + std::to_string(project.files.size()) + " files, " +
                            std::to_string(project.zip.size() >> 10) + " KiB");
  return submit(client, options.submission, project.zip);
}

}  // namespace

int run_submit(Context& context, SubmitOptions options) {
  if (const auto ready = complete(context, options); !ready) {
    context.terminal.error(ready.error());
    return to_int(ExitCode::Usage);
  }
  auto client = connect(context);
  if (!client) {
    return report(context, client.error());
  }
  const auto id = pack_and_submit(context, client.value(), options);
  if (!id) {
    return report(context, id.error());
  }
  if (!options.follow) {
    if (context.options.json) {
      context.terminal.write(pretty({{"id", id.value()}}));
    } else {
      context.terminal.line(id.value());
    }
    return to_int(ExitCode::Ok);
  }
  context.terminal.note("Submitted run " + id.value() + " to " + options.submission.cluster + ".");
  if (const auto page = client.value().web_view(id.value())) {
    context.terminal.note("Web View: " + page.value());
  }
  // From here on Ctrl-C lets go of the run; before, it ends the command as anywhere.
  const Interrupts interrupts;
  client.value().set_patience(patience_of(context, interrupts));
  const auto print =
      context.options.json ? LogFollower::Print::Nothing : LogFollower::Print::Everything;
  LogFollower follower(client.value(), context.terminal, id.value(), "", print);
  return follow_to_end(context, client.value(), follower, interrupts, id.value());
}

}  // namespace homeport::cli
