#include "api/web/overview_page.hpp"

#include <boost/json.hpp>

#include "api/web/html.hpp"
#include "api/web/run_view.hpp"
#include "base/text.hpp"

namespace homeport::api::web {
namespace {

namespace json = boost::json;

constexpr int kRefreshSeconds = 5;
constexpr const char* kNewestRuns = R"({"orderby":"CreatedUtc desc","top":50})";

/// Left out on a narrow screen.
constexpr const char* kWide = " class=\"wide\"";

std::string cell(const std::string& text, const char* attributes = "") {
  return "<td" + std::string(attributes) + ">" + escape_html(text) + "</td>";
}

std::string cell_of_html(const std::string& html, const char* attributes = "") {
  return "<td" + std::string(attributes) + ">" + html + "</td>";
}

std::string state_badge(const std::string& status) {
  return "<span class=\"state " + escape_html(status) + "\">" + escape_html(status) + "</span>";
}

std::string clusters_table(const json::value& page) {
  const auto& clusters = array_at(page, "/value");
  if (clusters.empty()) {
    return "<p class=\"note\">No clusters yet.</p><pre class=\"command\">homeport cluster create "
           "cpu "
           "--vm-size STANDARD_D2_V2 --max 2</pre>\n";
  }
  std::string html =
      "<div class=\"table full\"><table><tr><th>Cluster</th><th>Nodes</th><th>Scale</th>"
      "<th class=\"wide\">State</th><th>VM size</th></tr>\n";
  for (const json::value& cluster : clusters) {
    const auto own = [&cluster](const char* name) {
      return text_at(cluster, std::string("/properties/properties/") + name);
    };
    html += "<tr>" + cell(text_at(cluster, "/name")) +
            cell(own("currentNodeCount") + " of " + own("targetNodeCount")) +
            cell(own("scaleSettings/minNodeCount") + " to " + own("scaleSettings/maxNodeCount")) +
            cell(own("allocationState"), kWide) + cell(own("vmSize")) + "</tr>\n";
  }
  return html + "</table></div>\n";
}

std::string runs_table(const WorkspaceView& workspace, const json::value& page) {
  const auto& runs = array_at(page, "/value");
  if (runs.empty()) {
    return "<p class=\"note\">No runs yet.</p><pre class=\"command\">homeport run submit --cluster "
           "cpu "
           "train.py</pre>\n";
  }
  std::string html =
      "<div class=\"table full\"><table><tr><th>Run</th><th>State</th><th "
      "class=\"wide\">Experiment</th>"
      "<th class=\"wide\">Cluster</th><th class=\"wide\">Created</th><th>Duration</th></tr>\n";
  for (const json::value& run : runs) {
    const std::string id = text_at(run, "/runId");
    const std::string status = text_at(run, "/status");
    const std::string name = text_at(run, "/name");
    const std::string link = "<a href=\"/web/runs/" + base::percent_encode(workspace.id) + "/" +
                             base::percent_encode(id) + "\">" +
                             escape_html(name.empty() ? id : name) + "</a>";
    html +=
        "<tr>" + cell_of_html(link, " class=\"long\"") + cell_of_html(state_badge(status)) +
        cell(text_at(run, "/experimentName"), kWide) + cell(text_at(run, "/target"), kWide) +
        cell_of_html(time_element(text_at(run, "/createdUtc")), kWide) +
        cell_of_html(duration_element(text_at(run, "/startTimeUtc"), text_at(run, "/endTimeUtc"))) +
        "</tr>\n";
  }
  return html + "</table></div>\n";
}

}  // namespace

base::Result<std::string> render_overview(const LocalClient& client) {
  HP_TRY(const auto workspaces, list_workspaces(client));
  std::string body;
  for (const WorkspaceView& workspace : workspaces) {
    HP_TRY(const json::value clusters,
           client.get(workspace.path + "/computes?api-version=2019-06-01"));
    HP_TRY(const json::value runs,
           client.post("/history/v1.0" + workspace.path + "/runs:query", kNewestRuns));
    body += "<section id=\"ws-" + escape_html(workspace.id) +
            "\" data-live><h1><span class=\"note\">Workspace</span> " +
            escape_html(workspace.name) + "</h1>\n<h2>Clusters</h2>\n" + clusters_table(clusters) +
            "<h2>Runs</h2>\n" + runs_table(workspace, runs) + "</section>\n";
  }
  return html_page("Runs", body, kRefreshSeconds);
}

}  // namespace homeport::api::web
