#include "cli/run_document.hpp"

#include <boost/json.hpp>

#include "base/text.hpp"
#include "cli/client.hpp"
#include "cli/json.hpp"
#include "cli/run_service.hpp"
#include "cli/table.hpp"
#include "cli/times.hpp"

namespace homeport::cli {
namespace {

namespace json = boost::json;

/// The last row of each metric: a bare value for a scalar, the row for a table.
base::Result<json::object> last_metrics(Client& client, const std::string& run_id) {
  HP_TRY(const std::string workspace, client.workspace_path());
  const std::string root = "/metric/v2.0" + workspace + "/runs/" + path_segment(run_id);
  HP_TRY(const json::value names, client.send_json("POST", root + "/list", json::object{}));
  json::object metrics;
  for (const json::value& metric : array_at(names, "/value")) {
    const std::string name = text_at(metric, "/metricKey/name");
    HP_TRY(const json::value series,
           client.send_json("POST", root + "/full", json::object{{"metricName", name}}));
    const auto& rows = array_at(series, "/value");
    if (!rows.empty()) {
      const json::object& cells = object_at(rows.back(), "/data");
      metrics[name] = cells.size() == 1 ? cells.begin()->value() : json::value(cells);
    }
  }
  return metrics;
}

std::string line(const std::string& label, const std::string& text) {
  constexpr size_t kLabelWidth = 12;
  const std::string padding(label.size() < kLabelWidth ? kLabelWidth - label.size() : 1, ' ');
  if (text.empty()) return "";
  // The end of a log in an error keeps its lines, each under the first.
  std::string out = label + padding;
  size_t count = 0;
  for (const std::string& row : base::split(base::trim(text), '\n')) {
    if (count++ > 0) out += std::string(kLabelWidth, ' ');
    out += printable(row) + "\n";
  }
  return out;
}

}  // namespace

json::object run_document(const json::value& run) {
  json::object document;
  document["id"] = at(run, "/runId");
  document["experiment"] = at(run, "/experimentName");
  document["number"] = at(run, "/runNumber");
  document["status"] = at(run, "/status");
  document["name"] = at(run, "/name");
  document["waitsBecause"] = at(run, "/queueingInfo/message");
  document["target"] = at(run, "/target");
  document["script"] = at(run, "/scriptName");
  document["created"] = at(run, "/createdUtc");
  document["started"] = at(run, "/startTimeUtc");
  document["ended"] = at(run, "/endTimeUtc");
  document["tags"] = object_at(run, "/tags");
  document["properties"] = object_at(run, "/properties");
  return document;
}

base::Result<json::object> full_run_document(Client& client, const std::string& run_id) {
  HP_TRY(const json::value run, get_run(client, run_id));
  HP_TRY(const json::value details, get_run_details(client, run_id));
  HP_TRY(json::object metrics, last_metrics(client, run_id));
  HP_TRY(const std::string web_view, client.web_view(run_id));
  json::object document = run_document(run);
  document["webView"] = web_view;
  document["error"] = at(details, "/error");
  document["warnings"] = array_at(details, "/warnings");
  document["logFiles"] = object_at(details, "/logFiles");
  document["metrics"] = std::move(metrics);
  return document;
}

std::string describe_run(const json::value& document) {
  std::string out = line("Run", text_at(document, "/id"));
  out += line("Name", text_at(document, "/name"));
  out +=
      line("Experiment", text_at(document, "/experiment") + "  #" + text_at(document, "/number"));
  const std::string waits = text_at(document, "/waitsBecause");
  out += line("Status", text_at(document, "/status") + (waits.empty() ? "" : ": " + waits));
  out += line("Cluster", text_at(document, "/target"));
  out += line("Script", text_at(document, "/script"));
  out += line("Created", local_time(text_at(document, "/created")));
  out += line("Started", local_time(text_at(document, "/started")));
  out += line("Ended", local_time(text_at(document, "/ended")));
  out += line("Took", time_between(text_at(document, "/started"), text_at(document, "/ended")));
  for (const auto& warning : array_at(document, "/warnings")) {
    out += line("Warning", text_at(warning, "/message"));
  }
  out += line("Error", text_at(document, "/error/error/message"));
  for (const auto& [name, value] : object_at(document, "/metrics")) {
    out += line("Metric", std::string(name) + " = " + text_at(value, ""));
  }
  for (const auto& [name, url] : object_at(document, "/logFiles")) {
    out += line("Log", std::string(name));
  }
  out += line("Web View", text_at(document, "/webView"));
  return out;
}

}  // namespace homeport::cli
