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

std::string cell(const std::string& text) {
  return "<td>" + escape_html(text) + "</td>";
}

std::string clusters_table(const json::value& page) {
  const auto& clusters = array_at(page, "/value");
  if (clusters.empty()) {
    return "<p class=\"note\">No clusters.</p>\n";
  }
  std::string html =
      "<table><tr><th>Cluster</th><th>VM "
      "size</th><th>State</th><th>Nodes</th><th>Scale</th></tr>\n";
  for (const json::value& cluster : clusters) {
    const auto own = [&cluster](const char* name) {
      return text_at(cluster, std::string("/properties/properties/") + name);
    };
    html += "<tr>" + cell(text_at(cluster, "/name")) + cell(own("vmSize")) +
            cell(own("allocationState")) +
            cell(own("currentNodeCount") + " of " + own("targetNodeCount")) +
            cell(own("scaleSettings/minNodeCount") + " to " + own("scaleSettings/maxNodeCount")) +
            "</tr>\n";
  }
  return html + "</table>\n";
}

std::string runs_table(const WorkspaceView& workspace, const json::value& page) {
  const auto& runs = array_at(page, "/value");
  if (runs.empty()) {
    return "<p class=\"note\">No runs yet.</p>\n";
  }
  std::string html =
      "<table><tr><th>Run</th><th>Experiment</th><th>State</th><th>Cluster</th>"
      "<th>Created</th></tr>\n";
  for (const json::value& run : runs) {
    const std::string id = text_at(run, "/runId");
    const std::string status = text_at(run, "/status");
    html += "<tr><td><a href=\"/web/runs/" + base::percent_encode(workspace.id) + "/" +
            base::percent_encode(id) + "\">" + escape_html(id) + "</a></td>" +
            cell(text_at(run, "/experimentName")) + "<td><span class=\"state " +
            escape_html(status) + "\">" + escape_html(status) + "</span></td>" +
            cell(text_at(run, "/target")) + cell(text_at(run, "/createdUtc")) + "</tr>\n";
  }
  return html + "</table>\n";
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
    body += "<section id=\"ws-" + escape_html(workspace.id) + "\" data-live><h1>" +
            escape_html(workspace.name) + "</h1>\n<h2>Clusters</h2>\n" + clusters_table(clusters) +
            "<h2>Runs</h2>\n" + runs_table(workspace, runs) + "</section>\n";
  }
  return html_page("Runs", body, kRefreshSeconds);
}

}  // namespace homeport::api::web
