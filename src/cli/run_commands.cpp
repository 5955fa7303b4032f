#include "cli/run_commands.hpp"

#include <boost/json.hpp>

#include "cli/json.hpp"
#include "cli/log_follower.hpp"
#include "cli/run_document.hpp"
#include "cli/run_outcome.hpp"
#include "cli/table.hpp"
#include "cli/times.hpp"

namespace homeport::cli {
namespace {

namespace json = boost::json;

/// Of a run that goes on: until now.
std::string took(const json::value& run) {
  const std::string started = text_at(run, "/startTimeUtc");
  const std::string ended = text_at(run, "/endTimeUtc");
  if (!ended.empty() || is_terminal_status(text_at(run, "/status"))) {
    return time_between(started, ended);
  }
  const std::string so_far = time_between(started, base::to_iso8601(base::SystemClock().wall()));
  return so_far.empty() ? "" : so_far + " so far";
}

void print_runs(Context& context, const std::vector<json::value>& runs) {
  if (context.options.json) {
    json::array documents;
    for (const json::value& run : runs) {
      documents.push_back(run_document(run));
    }
    context.terminal.write(pretty(documents));
    return;
  }
  Table table({{"RUN"}, {"EXPERIMENT"}, {"STATUS"}, {"CLUSTER"}, {"CREATED"}, {"TOOK"}});
  for (const json::value& run : runs) {
    table.add({text_at(run, "/runId"), text_at(run, "/experimentName"), text_at(run, "/status"),
               text_at(run, "/target"), local_time(text_at(run, "/createdUtc")), took(run)});
  }
  if (table.empty()) {
    context.terminal.note("No runs. Submit one: homeport run submit --cluster C train.py");
  } else {
    context.terminal.write(table.text());
  }
}

}  // namespace

int run_list(Context& context, const RunFilter& filter) {
  auto client = connect(context);
  if (!client) {
    return report(context, client.error());
  }
  const auto runs = list_runs(client.value(), filter);
  if (!runs) {
    return report(context, runs.error());
  }
  print_runs(context, runs.value());
  return to_int(ExitCode::Ok);
}

int run_show(Context& context, const std::string& run_id) {
  auto client = connect(context);
  if (!client) {
    return report(context, client.error());
  }
  const auto document = full_run_document(client.value(), run_id);
  if (!document) {
    return report(context, document.error());
  }
  context.terminal.write(context.options.json ? pretty(document.value())
                                              : describe_run(document.value()));
  return to_int(ExitCode::Ok);
}

int run_cancel(Context& context, const std::string& run_id) {
  auto client = connect(context);
  if (!client) {
    return report(context, client.error());
  }
  if (const auto asked = cancel_run(client.value(), run_id); !asked) {
    return report(context, asked.error());
  }
  if (context.options.json) {
    context.terminal.write(pretty({{"id", run_id}}));
  } else {
    context.terminal.note("Asked " + run_id + " to end; it has some seconds to do so.");
  }
  return to_int(ExitCode::Ok);
}

int run_why(Context& context, const std::string& run_id) {
  auto client = connect(context);
  if (!client) {
    return report(context, client.error());
  }
  const auto why = get_run_why(client.value(), run_id);
  if (!why) {
    return report(context, why.error());
  }
  if (context.options.json) {
    context.terminal.write(pretty(why.value()));
    return to_int(ExitCode::Ok);
  }
  std::string text = text_at(why.value(), "/state");
  if (const std::string reason = text_at(why.value(), "/reason"); !reason.empty()) {
    text += ": " + reason;
  }
  if (const std::string start = text_at(why.value(), "/predictedStart"); !start.empty()) {
    text += " (expected to start at " + local_time(start) + ")";
  }
  context.terminal.line(printable(text));
  return to_int(ExitCode::Ok);
}

int run_logs(Context& context, const std::string& run_id, const std::string& file, Follow follow) {
  const Interrupts interrupts;
  auto client = connect(context);
  if (!client) {
    return report(context, client.error());
  }
  LogFollower follower(client.value(), context.terminal, run_id, file);
  if (follow == Follow::Yes) {
    client.value().set_patience(patience_of(context, interrupts));
    return follow_to_end(context, client.value(), follower, interrupts, run_id);
  }
  const auto details = follower.print_once();
  if (!details) {
    return report(context, details.error());
  }
  if (object_at(details.value(), "/logFiles").empty()) {
    context.terminal.note("No logs yet: the run is " + text_at(details.value(), "/status") +
                          ". Why: homeport run why " + run_id);
  }
  return to_int(ExitCode::Ok);
}

}  // namespace homeport::cli
