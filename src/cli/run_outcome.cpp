#include "cli/run_outcome.hpp"

#include <boost/json.hpp>

#include "cli/json.hpp"
#include "cli/log_follower.hpp"
#include "cli/run_document.hpp"
#include "cli/run_service.hpp"
#include "cli/table.hpp"
#include "cli/times.hpp"

namespace homeport::cli {
namespace {

constexpr auto kSecondInterrupt = std::chrono::milliseconds(2000);

std::string error_message(const boost::json::value& details) {
  const std::string nested = text_at(details, "/error/error/message");
  return nested.empty() ? text_at(details, "/error/message") : nested;
}

int say_how_it_ended(Context& context, Client& client, const std::string& run_id,
                     const boost::json::value& details) {
  const std::string status = text_at(details, "/status");
  for (const auto& warning : array_at(details, "/warnings")) {
    context.terminal.note("warning: " + printable(text_at(warning, "/message")));
  }
  const std::string took =
      time_between(text_at(details, "/startTimeUtc"), text_at(details, "/endTimeUtc"));
  std::string text = "Run " + run_id + ": " + status + (took.empty() ? "" : " after " + took);
  if (const std::string why = error_message(details); !why.empty()) {
    text += "\n" + why;
  }
  context.terminal.note(text);
  if (context.options.json) {
    const auto document = full_run_document(client, run_id);
    if (!document) {
      return report(context, document.error());
    }
    context.terminal.write(pretty(document.value()));
  }
  return to_int(status == "Completed" ? ExitCode::Ok : ExitCode::Failed);
}

int let_go(Context& context, Client& client, const Interrupts& interrupts,
           const std::string& run_id) {
  context.terminal.note("\nDetached; the run goes on. Look again: homeport run logs -f " + run_id);
  // The person is at the keyboard for it, so this wait is theirs to cut short.
  if (!context.terminal.kind().in_is_tty) {
    return to_int(ExitCode::Detached);
  }
  context.terminal.note("Ctrl-C again within 2 s to cancel it.");
  // Counted from the first, so that two quick ones are two.
  if (!interrupts.wait(kSecondInterrupt, 1)) {
    return to_int(ExitCode::Detached);
  }
  if (!context.terminal.confirm("\nCancel " + run_id + "?")) {
    return to_int(ExitCode::Detached);
  }
  client.set_patience({});
  if (const auto asked = cancel_run(client, run_id); !asked) {
    return report(context, asked.error());
  }
  context.terminal.note("Asked " + run_id + " to end.");
  return to_int(ExitCode::Failed);
}

}  // namespace

int follow_to_end(Context& context, Client& client, LogFollower& follower,
                  const Interrupts& interrupts, const std::string& run_id) {
  const auto details = follower.follow(interrupts);
  if (details) {
    return say_how_it_ended(context, client, run_id, details.value());
  }
  if (details.error().code == base::ErrorCode::Cancelled) {
    return let_go(context, client, interrupts, run_id);
  }
  return report(context, details.error());
}

}  // namespace homeport::cli
