#include "api/web/run_page.hpp"

#include "api/web/chart.hpp"
#include "api/web/html.hpp"
#include "base/text.hpp"

namespace homeport::api::web {
namespace {

constexpr int kRefreshSeconds = 3;

/// `html` as it stands.
std::string fact(std::string_view label, const std::string& html) {
  return html.empty() ? ""
                      : "<div><dt>" + escape_html(label) + "</dt><dd>" + html + "</dd></div>\n";
}

std::string head_part(const RunView& run) {
  std::string html =
      "<section id=\"head\"" + std::string(run.has_ended() ? "" : " data-live") + ">";
  html += "<h1>" + escape_html(run.name.empty() ? run.id : run.name) + " <span class=\"state " +
          escape_html(run.status) + "\">" + escape_html(run.status) + "</span></h1>\n";
  if (!run.waits_because.empty()) {
    html += "<p class=\"note\">" + escape_html(run.waits_because) + "</p>\n";
  }
  html += "<dl class=\"facts\">\n";
  html += fact("Run", run.name.empty() || run.name == run.id ? "" : escape_html(run.id));
  html += fact("Experiment",
               escape_html(run.experiment + (run.number.empty() ? "" : " #" + run.number)));
  html += fact("Cluster", escape_html(run.target)) + fact("Script", escape_html(run.script));
  html += fact("Duration", duration_element(run.started, run.ended));
  html += fact("Created", time_element(run.created)) + fact("Started", time_element(run.started));
  html += fact("Ended", time_element(run.ended)) + "</dl>\n";
  if (!run.error.empty()) {
    html += "<p class=\"error\">" + escape_html(run.error) + "</p>\n";
  }
  for (const std::string& warning : run.warnings) {
    html += "<p class=\"warning\">" + escape_html(warning) + "</p>\n";
  }
  return html + "</section>\n";
}

std::string nodes_part(const RunView& run) {
  std::string html = "<section id=\"nodes\">";
  if (!run.nodes.empty()) {
    html +=
        "<h2>Nodes</h2>\n<div class=\"table\"><table><tr><th>Node</th><th>State</th>"
        "<th>Address</th></tr>\n";
    for (const NodeView& node : run.nodes) {
      html += "<tr><td>" + escape_html(node.name) + "</td><td>" + escape_html(node.state) +
              "</td><td>" + escape_html(node.address) + "</td></tr>\n";
    }
    html += "</table></div>";
  }
  return html + "</section>\n";
}

std::string metric_card(const MetricView& metric) {
  const std::string last = metric.values.empty() ? metric.last : number_text(metric.values.back());
  return "<div class=\"metric\"><div><b>" + escape_html(metric.name) +
         "</b> <span class=\"last\">" + escape_html(last) + "</span></div>" +
         line_chart(metric.values) + "</div>\n";
}

std::string metrics_part(const RunView& run) {
  std::string html = "<section id=\"metrics\">";
  if (!run.metrics.empty()) {
    html += "<h2>Metrics</h2>\n<div class=\"metrics\">\n";
    for (const MetricView& metric : run.metrics) {
      html += metric_card(metric);
    }
    html += "</div>";
  }
  return html + "</section>\n";
}

/// What the script prints is open; how its nodes were made ready is there for who looks.
std::string log_part(const RunView& run, const LogView& log) {
  const std::string id = escape_html(log.name);
  const bool is_of_preparation = log.name.find("job_prep") != std::string::npos;
  std::string html = "<section id=\"log-" + id + "\"><details id=\"box-" + id + "\"" +
                     (is_of_preparation ? "" : " open") + "><summary>" + id;
  if (log.size > log.tail.size()) {
    html += " <span class=\"note\">the last " + std::to_string(log.tail.size()) + " of " +
            std::to_string(log.size) + " bytes</span>";
  }
  html += "</summary>\n<p class=\"note\"><a href=\"" +
          escape_html(run.path + "/log?name=" + base::percent_encode(log.name)) +
          "\" target=\"_blank\">The whole log</a></p>\n";
  return html + "<div class=\"log\" id=\"text-" + id + "\"><pre>" + escape_html(log.tail) +
         "</pre></div></details></section>\n";
}

}  // namespace

std::string render_run_page(const RunView& run) {
  std::string body = head_part(run) + nodes_part(run) + metrics_part(run);
  for (const LogView& log : run.logs) {
    body += log_part(run, log);
  }
  return html_page(run.status + ": " + run.id, body, run.has_ended() ? 0 : kRefreshSeconds);
}

}  // namespace homeport::api::web
