#include "api/web/run_page.hpp"

#include "api/web/chart.hpp"
#include "api/web/html.hpp"

namespace homeport::api::web {
namespace {

constexpr int kRefreshSeconds = 3;

std::string fact(std::string_view label, const std::string& value) {
  return value.empty()
             ? ""
             : "<tr><th>" + escape_html(label) + "</th><td>" + escape_html(value) + "</td></tr>\n";
}

std::string head_part(const RunView& run) {
  std::string html =
      "<section id=\"head\"" + std::string(run.has_ended() ? "" : " data-live") + ">";
  html += "<h1>" + escape_html(run.name.empty() ? run.id : run.name) + "</h1>\n";
  html += "<table class=\"facts\">\n<tr><th>State</th><td><span class=\"state " +
          escape_html(run.status) + "\">" + escape_html(run.status) + "</span>";
  if (!run.waits_because.empty()) {
    html += " <span class=\"note\">" + escape_html(run.waits_because) + "</span>";
  }
  html += "</td></tr>\n" + fact("Run", run.id);
  html += fact("Experiment", run.experiment + (run.number.empty() ? "" : " #" + run.number));
  html += fact("Cluster", run.target) + fact("Script", run.script) + fact("Created", run.created);
  html += fact("Started", run.started) + fact("Ended", run.ended);
  for (const std::string& warning : run.warnings) {
    html += fact("Warning", warning);
  }
  html += "</table>\n";
  if (!run.error.empty()) {
    html += "<p class=\"error\">" + escape_html(run.error) + "</p>\n";
  }
  return html + "</section>\n";
}

std::string nodes_part(const RunView& run) {
  std::string html = "<section id=\"nodes\">";
  if (!run.nodes.empty()) {
    html += "<h2>Nodes</h2>\n<table><tr><th>Node</th><th>State</th><th>Address</th></tr>\n";
    for (const NodeView& node : run.nodes) {
      html += "<tr><td>" + escape_html(node.name) + "</td><td>" + escape_html(node.state) +
              "</td><td>" + escape_html(node.address) + "</td></tr>\n";
    }
    html += "</table>";
  }
  return html + "</section>\n";
}

std::string metric_card(const MetricView& metric) {
  const std::string last = metric.values.empty() ? metric.last : number_text(metric.values.back());
  return "<div class=\"metric\"><b>" + escape_html(metric.name) + "</b> <span class=\"last\">" +
         escape_html(last) + "</span>" + line_chart(metric.values) + "</div>\n";
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

std::string log_part(const LogView& log) {
  const std::string id = "log-" + escape_html(log.name);
  std::string html = "<section id=\"" + id + "\"><h2>" + escape_html(log.name) + "</h2>\n";
  if (log.size > log.tail.size()) {
    html += "<p class=\"note\">The last " + std::to_string(log.tail.size()) + " of " +
            std::to_string(log.size) + " bytes.</p>\n";
  }
  return html + "<pre id=\"text-" + id + "\">" + escape_html(log.tail) + "</pre></section>\n";
}

}  // namespace

std::string render_run_page(const RunView& run) {
  std::string body = head_part(run) + nodes_part(run) + metrics_part(run);
  for (const LogView& log : run.logs) {
    body += log_part(log);
  }
  return html_page(run.status + ": " + run.id, body, run.has_ended() ? 0 : kRefreshSeconds);
}

}  // namespace homeport::api::web
