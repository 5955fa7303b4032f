#include "cli/run_service.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <thread>

#include "cli/client.hpp"
#include "cli/json.hpp"
#include "cli/terminal.hpp"

namespace homeport::cli {
namespace {

namespace json = boost::json;

constexpr auto kCancelPatience = std::chrono::seconds(60);
constexpr auto kCancelPoll = std::chrono::milliseconds(100);

base::Result<std::string> history(Client& client) {
  HP_TRY(const std::string workspace, client.workspace_path());
  return "/history/v1.0" + workspace;
}

/// All pages of a `:query` until there are no more or `limit` values were read (0: no limit).
base::Result<std::vector<json::value>> query(Client& client, const std::string& path,
                                             json::object body, size_t limit) {
  std::vector<json::value> found;
  while (true) {
    HP_TRY(const json::value page, client.send_json("POST", path, body));
    for (const json::value& value : array_at(page, "/value")) {
      found.push_back(value);
    }
    const std::string next = text_at(page, "/continuationToken");
    if (next.empty() || (limit > 0 && found.size() >= limit)) {
      return found;
    }
    body["continuationToken"] = next;
  }
}

base::Result<std::vector<json::value>> unfinished_runs(Client& client) {
  std::vector<json::value> unfinished;
  RunFilter all;
  all.limit = 0;
  HP_TRY(auto runs, list_runs(client, all));
  std::copy_if(runs.begin(), runs.end(), std::back_inserter(unfinished),
               [](const json::value& run) {
                 const std::string status = text_at(run, "/status");
                 return !is_terminal_status(status) && status != "NotStarted";
               });
  return unfinished;
}

base::Result<int> cancel_runs_of_workspace(Client& client, Terminal& terminal) {
  HP_TRY(auto unfinished, unfinished_runs(client));
  const int count = static_cast<int>(unfinished.size());
  for (const json::value& run : unfinished) {
    HP_TRY(const std::string workspace, client.workspace_path());
    HP_TRYV(client.send("POST", "/execution/v1.0" + workspace + "/experiments/" +
                                    path_segment(text_at(run, "/experimentName")) + "/runId/" +
                                    path_segment(text_at(run, "/runId")) + "/cancel"));
  }
  const auto deadline = std::chrono::steady_clock::now() + kCancelPatience;
  while (!unfinished.empty()) {
    if (std::chrono::steady_clock::now() > deadline) {
      return base::Error{base::ErrorCode::DeadlineExceeded,
                         "run " + text_at(unfinished.front(), "/runId") +
                             " does not end; the server was not stopped",
                         {},
                         {},
                         {}};
    }
    terminal.progress("waiting for " + std::to_string(unfinished.size()) + " runs to end");
    std::this_thread::sleep_for(kCancelPoll);
    HP_TRY(unfinished, unfinished_runs(client));
  }
  terminal.clear_progress();
  return count;
}

/// Most often a slip of the hand: where the right name is to be found.
base::Result<json::value> or_where_to_look(base::Result<json::value> found) {
  if (found || found.error().code != base::ErrorCode::NotFound) return found;
  base::Error error = std::move(found).error();
  error.message += "; `homeport run list` shows those that are";
  return error;
}

}  // namespace

bool is_terminal_status(const std::string& status) {
  return status == "Completed" || status == "Failed" || status == "Canceled";
}

base::Result<std::vector<json::value>> list_runs(Client& client, const RunFilter& filter) {
  HP_TRY(const std::string root, history(client));
  const auto limit = static_cast<size_t>(std::max(filter.limit, 0));
  json::object body{{"orderby", "CreatedUtc desc"}};
  if (limit > 0) {
    body["top"] = limit;
  }
  if (!filter.state.empty()) {
    body["filter"] = "Status eq " + filter.state;
  }
  const std::string scope =
      filter.experiment.empty() ? "" : "/experiments/" + path_segment(filter.experiment);
  HP_TRY(auto runs, query(client, root + scope + "/runs:query", std::move(body), limit));
  if (limit > 0 && runs.size() > limit) {
    runs.resize(limit);
  }
  return runs;
}

base::Result<json::value> get_run(Client& client, const std::string& run_id) {
  HP_TRY(const std::string root, history(client));
  return or_where_to_look(client.get(root + "/runs/" + path_segment(run_id)));
}

base::Result<json::value> get_run_details(Client& client, const std::string& run_id) {
  HP_TRY(const std::string root, history(client));
  return or_where_to_look(client.get(root + "/runs/" + path_segment(run_id) + "/details"));
}

base::Result<json::value> get_run_why(Client& client, const std::string& run_id) {
  HP_TRY(const std::string workspace, client.own_workspace_path());
  return or_where_to_look(
      client.get(workspace + "/runs/" + path_segment(run_id) + "/why" + std::string(kOwnVersion)));
}

base::Result<void> cancel_run(Client& client, const std::string& run_id) {
  HP_TRY(const json::value run, get_run(client, run_id));
  HP_TRY(const std::string workspace, client.workspace_path());
  HP_TRYV(client.send("POST", "/execution/v1.0" + workspace + "/experiments/" +
                                  path_segment(text_at(run, "/experimentName")) + "/runId/" +
                                  path_segment(run_id) + "/cancel"));
  return base::success();
}

base::Result<int> cancel_all_runs(Client& client, Terminal& terminal) {
  int count = 0;
  HP_TRY(const auto workspaces, client.list_workspaces());
  for (const domain::WorkspaceKey& workspace : workspaces) {
    client.choose_workspace(workspace);
    HP_TRY(const int cancelled, cancel_runs_of_workspace(client, terminal));
    count += cancelled;
  }
  return count;
}

}  // namespace homeport::cli
