#include "cli/log_follower.hpp"

#include <boost/json.hpp>

#include "cli/client.hpp"
#include "cli/interrupts.hpp"
#include "cli/json.hpp"
#include "cli/run_service.hpp"
#include "cli/terminal.hpp"

namespace homeport::cli {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kActivePause{30};
constexpr milliseconds kQuietPause{250};
/// How long after its last byte a log still counts as active.
constexpr milliseconds kActiveFor{2000};
/// State and the list of logs change seldom beside the logs themselves.
constexpr milliseconds kDetailsEvery{100};
constexpr milliseconds kProgressEvery{500};

}  // namespace

base::Result<void> LogFollower::look_again() {
  HP_TRY(details_, get_run_details(client_, run_id_));
  return base::success();
}

base::Result<bool> LogFollower::print_new() {
  bool printed = false;
  // Members of a JSON object have no order of their own; the services number their logs.
  std::map<std::string, std::string> logs;
  for (const auto& [name, url] : object_at(details_, "/logFiles")) {
    if (only_.empty() || only_ == std::string_view(name)) {
      logs.emplace(name, text_at(url, ""));
    }
  }
  for (const auto& [name, url] : logs) {
    HP_TRY(const bool more, print_new_of(name, url));
    printed = printed || more;
  }
  return printed;
}

base::Result<bool> LogFollower::print_new_of(const std::string& name, const std::string& url) {
  size_t& offset = offsets_[name];
  api::http::Headers headers;
  headers.set("Range", "bytes=" + std::to_string(offset) + "-");
  HP_TRY(const HttpAnswer answer, client_.exchange("GET", url, {}, headers));
  std::string bytes;
  if (answer.status == 206) {
    bytes = answer.body;
  } else if (answer.status == 200 && answer.body.size() > offset) {
    bytes = answer.body.substr(offset);
  } else if (answer.status == 401 || answer.status == 403) {
    // The link has run out; the next details bring a fresh one.
    return false;
  }
  offset += bytes.size();
  if (!bytes.empty() && print_ == Print::Everything) {
    emit(name, bytes);
  }
  return !bytes.empty();
}

void LogFollower::emit(const std::string& name, const std::string& bytes) {
  std::string text;
  if (name != current_ && only_.empty()) {
    const char* gap = at_line_start_ ? "" : "\n";
    text = gap + std::string(current_.empty() ? "" : "\n") + "==> " + name + " <==\n";
  }
  current_ = name;
  at_line_start_ = bytes.back() == '\n';
  terminal_.write(text + bytes);
}

void LogFollower::show_progress() {
  if (!terminal_.kind().err_is_tty || Clock::now() - progress_at_ < kProgressEvery ||
      !at_line_start_) {
    return;
  }
  progress_at_ = Clock::now();
  const std::string status = text_at(details_, "/status");
  std::string text = run_id_ + ": " + status;
  if (status == "Queued" || status == "Preparing" || status == "Starting") {
    if (const auto why = get_run_why(client_, run_id_)) {
      text += ": " + text_at(why.value(), "/reason");
    }
  }
  terminal_.progress(text);
}

base::Result<boost::json::value> LogFollower::print_once() {
  HP_TRYV(look_again());
  const auto& logs = object_at(details_, "/logFiles");
  if (!only_.empty() && !logs.contains(only_)) {
    std::string names;
    for (const auto& [name, url] : logs) {
      names += (names.empty() ? "" : ", ") + std::string(name);
    }
    return base::not_found("LogNotFound", "run " + run_id_ + " has no log " + only_ + "; it has " +
                                              (names.empty() ? "none yet" : names));
  }
  HP_TRYV(print_new());
  return details_;
}

base::Result<boost::json::value> LogFollower::follow(const Interrupts& interrupts) {
  auto active_until = Clock::now() + kActiveFor;
  auto details_at = Clock::time_point{};
  while (true) {
    if (Clock::now() - details_at >= kDetailsEvery) {
      HP_TRYV(look_again());
      details_at = Clock::now();
    }
    const bool has_ended = is_terminal_status(text_at(details_, "/status"));
    HP_TRY(const bool printed, print_new());
    if (printed) {
      active_until = Clock::now() + kActiveFor;
    } else if (has_ended) {
      terminal_.clear_progress();
      return details_;
    }
    if (!printed && Clock::now() > active_until - kActiveFor / 2) {
      show_progress();
    }
    const milliseconds pause = Clock::now() < active_until ? kActivePause : kQuietPause;
    if (interrupts.wait(pause, 0)) {
      return base::Error{base::ErrorCode::Cancelled, "interrupted", {}, {}, {}};
    }
  }
}

}  // namespace homeport::cli
