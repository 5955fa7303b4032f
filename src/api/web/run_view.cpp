#include "api/web/run_view.hpp"

#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "api/web/chart.hpp"
#include "base/text.hpp"

namespace homeport::api::web {
namespace {

namespace json = boost::json;

constexpr uint64_t kTailBytes = 48 << 10;
constexpr size_t kMostMetrics = 60;

std::optional<double> number_of(const json::value& cell) {
  if (cell.is_number()) {
    return cell.to_number<double>();
  }
  const std::string text = text_at(cell, "");
  if (text == "NaN") {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (text == "Infinity" || text == "-Infinity") {
    const double infinity = std::numeric_limits<double>::infinity();
    return text.front() == '-' ? -infinity : infinity;
  }
  return std::nullopt;
}

std::string cell_text(const json::value& cell) {
  const auto number = number_of(cell);
  return number ? number_text(*number) : text_at(cell, "");
}

/// The one cell, or "step 3, loss 0.25" of a row of several.
std::string row_text(const json::object& cells) {
  if (cells.size() == 1) return cell_text(cells.begin()->value());
  std::string text;
  for (const auto& [name, cell] : cells) {
    text += (text.empty() ? "" : ", ") + std::string(name) + " " + cell_text(cell);
  }
  return text;
}

MetricView metric_view(const std::string& name, const json::value& series) {
  MetricView view;
  view.name = name;
  bool is_plain = true;
  for (const json::value& row : array_at(series, "/value")) {
    const json::object& cells = object_at(row, "/data");
    const auto number =
        cells.size() == 1 ? number_of(cells.begin()->value()) : std::optional<double>();
    is_plain = is_plain && number.has_value();
    if (is_plain) {
      view.values.push_back(*number);
    }
    view.last = row_text(cells);
  }
  if (!is_plain) {
    view.values.clear();
  }
  return view;
}

std::vector<MetricView> load_metrics(const LocalClient& client, const std::string& root) {
  std::vector<MetricView> metrics;
  const auto list = client.post(root + "/list", "{}");
  if (!list) {
    return metrics;
  }
  for (const json::value& metric : array_at(list.value(), "/value")) {
    const std::string name = text_at(metric, "/metricKey/name");
    const auto series =
        client.post(root + "/full", json::serialize(json::object{{"metricName", name}}));
    if (series && metrics.size() < kMostMetrics) {
      metrics.push_back(metric_view(name, series.value()));
    }
  }
  return metrics;
}

std::vector<LogView> load_logs(const LocalClient& client, const json::value& details) {
  std::map<std::string, std::string> urls;
  for (const auto& [name, url] : object_at(details, "/logFiles")) {
    urls.emplace(name, text_at(url, ""));
  }
  std::vector<LogView> logs;
  for (const auto& [name, url] : urls) {
    if (auto tail = client.tail(url, kTailBytes)) {
      logs.push_back({name, std::move(tail.value().text), tail.value().size});
    }
  }
  return logs;
}

std::vector<NodeView> load_nodes(const LocalClient& client, const WorkspaceView& workspace,
                                 const RunView& run) {
  std::vector<NodeView> nodes;
  if (run.target.empty()) {
    return nodes;
  }
  const auto list = client.post(workspace.path + "/computes/" + base::percent_encode(run.target) +
                                    "/listNodes?api-version=2019-06-01",
                                "{}");
  if (!list) {
    return nodes;
  }
  for (const json::value& node : array_at(list.value(), "/nodes")) {
    if (text_at(node, "/runId") == run.id) {
      nodes.push_back({text_at(node, "/nodeId"), text_at(node, "/nodeState"),
                       text_at(node, "/privateIpAddress")});
    }
  }
  return nodes;
}

std::string history_of(const WorkspaceView& workspace, std::string_view run_id) {
  return "/history/v1.0" + workspace.path + "/runs/" + base::percent_encode(run_id);
}

RunView facts_of(const json::value& run, const json::value& details) {
  RunView view;
  view.id = text_at(run, "/runId");
  view.name = text_at(run, "/name");
  view.experiment = text_at(run, "/experimentName");
  view.number = text_at(run, "/runNumber");
  view.status = text_at(details, "/status");
  view.target = text_at(run, "/target");
  view.script = text_at(run, "/scriptName");
  view.created = text_at(run, "/createdUtc");
  view.started = text_at(run, "/startTimeUtc");
  view.ended = text_at(run, "/endTimeUtc");
  view.waits_because = text_at(run, "/queueingInfo/message");
  view.error = text_at(details, "/error/error/message");
  for (const json::value& warning : array_at(details, "/warnings")) {
    view.warnings.push_back(text_at(warning, "/message"));
  }
  return view;
}

}  // namespace

base::Result<std::vector<WorkspaceView>> list_workspaces(const LocalClient& client) {
  std::vector<WorkspaceView> workspaces;
  HP_TRY(const json::value subscriptions, client.get("/subscriptions?api-version=2019-11-01"));
  for (const json::value& subscription : array_at(subscriptions, "/value")) {
    HP_TRY(const json::value page,
           client.get("/subscriptions/" +
                      base::percent_encode(text_at(subscription, "/subscriptionId")) +
                      "/providers/Microsoft.MachineLearningServices/workspaces"
                      "?api-version=2019-06-01"));
    for (const json::value& workspace : array_at(page, "/value")) {
      workspaces.push_back({base::percent_encode(text_at(workspace, "/id"), "/"),
                            text_at(workspace, "/name"),
                            text_at(workspace, "/properties/workspaceId")});
    }
  }
  return workspaces;
}

base::Result<WorkspaceView> find_workspace(const LocalClient& client, std::string_view name_or_id) {
  HP_TRY(const auto workspaces, list_workspaces(client));
  for (const WorkspaceView& workspace : workspaces) {
    if (workspace.id == name_or_id || base::equals_ignoring_case(workspace.name, name_or_id)) {
      return workspace;
    }
  }
  return base::not_found("WorkspaceNotFound",
                         "there is no workspace " + std::string(name_or_id) + " here");
}

base::Result<std::string> find_log(const LocalClient& client, const WorkspaceView& workspace,
                                   std::string_view run_id, const std::string& name) {
  HP_TRY(const json::value details, client.get(history_of(workspace, run_id) + "/details"));
  for (const auto& [log, url] : object_at(details, "/logFiles")) {
    if (log == name) return text_at(url, "");
  }
  return base::not_found("LogNotFound", "this run has no log " + name);
}

base::Result<RunView> load_run(const LocalClient& client, const WorkspaceView& workspace,
                               std::string_view run_id) {
  const std::string segment = base::percent_encode(run_id);
  const std::string root = history_of(workspace, run_id);
  HP_TRY(const json::value run, client.get(root));
  HP_TRY(const json::value details, client.get(root + "/details"));
  RunView view = facts_of(run, details);
  view.path = "/web/runs/" + base::percent_encode(workspace.id) + "/" + segment;
  view.nodes = load_nodes(client, workspace, view);
  view.metrics = load_metrics(client, "/metric/v2.0" + workspace.path + "/runs/" + segment);
  view.logs = load_logs(client, details);
  return view;
}

}  // namespace homeport::api::web
