#include "service/metrics.hpp"

#include <boost/json.hpp>

#include "api/azureml/data_plane.hpp"
#include "api/azureml/routes.hpp"
#include "api/http/json.hpp"
#include "base/text.hpp"

namespace homeport::api::azureml {
namespace {

namespace json = boost::json;
using http::PathParameters;
using http::Request;
using http::Response;

constexpr uint64_t kMaxBatch = 32ULL << 20;

base::Result<domain::MetricRow> parse_row(const service::Context& context,
                                          const json::object& entry) {
  domain::MetricRow row;
  HP_TRY(const auto id, http::optional_string(entry, "metricId"));
  HP_TRY(const auto created, http::optional_string(entry, "createdUtc"));
  HP_TRY(const json::object cells, http::object_field(entry, "data"));
  row.metric_id = id && !id->empty() ? *id : base::random_uuid();
  row.created_at = context.clock.wall();
  if (created) {
    HP_TRY(row.created_at, base::parse_iso8601(*created));
  }
  row.cells = http::to_json_text(cells);
  return row;
}

base::Result<domain::MetricSeries> parse_series(const service::Context& context,
                                                const json::object& metric) {
  domain::MetricSeries series;
  HP_TRY(const auto name, http::optional_string(metric, "name"));
  if (!name || name->empty()) return base::invalid_argument("name", "a metric needs a name");
  series.name = *name;
  HP_TRY(const json::object columns, http::object_field(metric, "columns"));
  HP_TRY(const json::object properties, http::object_field(metric, "properties"));
  series.columns = http::to_json_text(columns);
  series.properties = http::to_json_text(properties);
  const json::value* rows = http::find_field(metric, "value");
  if (rows == nullptr || !rows->is_array()) {
    return base::invalid_argument("value", "a metric's value must be a list of rows");
  }
  for (const json::value& entry : rows->get_array()) {
    if (!entry.is_object()) return base::invalid_argument("value", "a row must be an object");
    HP_TRY(auto row, parse_row(context, entry.get_object()));
    series.rows.push_back(std::move(row));
  }
  return series;
}

base::Result<Response> post_batch(const service::Context& context, const Request& request,
                                  const PathParameters& parameters,
                                  const domain::Workspace& workspace) {
  HP_TRY(const std::string text, http::body_text(request));
  HP_TRY(const json::value document, http::parse_json_verbatim(text));
  if (!document.is_object()) return base::invalid_argument("", "the body must be a JSON object");
  const json::value* values = http::find_field(document.get_object(), "values");
  if (values == nullptr || !values->is_array()) {
    return base::invalid_argument("values", "'values' must be a list of metrics");
  }
  std::vector<domain::MetricSeries> all;
  for (const json::value& metric : values->get_array()) {
    if (!metric.is_object()) return base::invalid_argument("values", "a metric must be an object");
    HP_TRY(auto series, parse_series(context, metric.get_object()));
    all.push_back(std::move(series));
  }
  HP_TRYV(service::append_metrics(context, workspace.id, domain::RunId(parameters.at("run")), all));
  return json_ok(R"({"errors":[]})");
}

base::Result<Response> list(const service::Context& context, const PathParameters& parameters,
                            const domain::Workspace& workspace) {
  HP_TRY(const auto all,
         service::list_metrics(context, workspace.id, domain::RunId(parameters.at("run"))));
  // Columns and properties are JSON already; the document is put together as text.
  std::string value;
  for (const domain::MetricSeries& series : all) {
    if (!value.empty()) value += ',';
    value += R"({"metricKey":{"name":)" + json::serialize(json::string(series.name)) +
             R"(},"columns":)" + series.columns + R"(,"properties":)" + series.properties + "}";
  }
  return json_ok(R"({"value":[)" + value + "]}");
}

std::string row_json(const domain::MetricRow& row) {
  return R"({"metricId":)" + json::serialize(json::string(row.metric_id)) + R"(,"createdUtc":")" +
         base::to_iso8601(row.created_at) + R"(","data":)" + row.cells + "}";
}

base::Result<Response> full(const service::Context& context, const Request& request,
                            const PathParameters& parameters, const domain::Workspace& workspace) {
  HP_TRY(const json::object body, http::json_object(request));
  HP_TRY(const auto name, http::optional_string(body, "metricName"));
  if (!name) return base::invalid_argument("metricName", "metricName must be given");
  HP_TRY(const auto series,
         service::get_metric(context, workspace.id, domain::RunId(parameters.at("run")), *name));
  std::string rows;
  for (const domain::MetricRow& row : series.rows) {
    if (!rows.empty()) rows += ',';
    rows += row_json(row);
  }
  return json_ok(R"({"name":)" + json::serialize(json::string(series.name)) + R"(,"columns":)" +
                 series.columns + R"(,"properties":)" + series.properties + R"(,"value":[)" + rows +
                 "]}");
}

}  // namespace

void add_metric_routes(http::Router& router, const service::Context& context) {
  const std::string run = workspace_route("/metric/v2.0") + "/runs/{run}";
  router.add(
      "POST", run + "/batch",
      on_data_plane(context, Access::OwnRun,
                    [&context](const auto& request, const auto& parameters, const auto& workspace) {
                      return post_batch(context, request, parameters, workspace);
                    }),
      {.max_body_bytes = kMaxBatch});
  router.add("POST", run + "/list",
             on_data_plane(context, Access::Workspace,
                           [&context](const auto&, const auto& parameters, const auto& workspace) {
                             return list(context, parameters, workspace);
                           }));
  router.add(
      "POST", run + "/full",
      on_data_plane(context, Access::Workspace,
                    [&context](const auto& request, const auto& parameters, const auto& workspace) {
                      return full(context, request, parameters, workspace);
                    }));
  // Metrics are durable and readable when their batch is answered: there is nothing to wait for.
  const std::string history = workspace_route("/history/v1.0");
  for (const char* scope : {"/experiments/{experiment}", "/experimentids/{experimentId}", ""}) {
    router.add("GET", history + scope + "/runs/{run}/metricsingest/wait",
               on_data_plane(context, Access::Workspace,
                             [](const auto&, const auto&, const auto&) -> base::Result<Response> {
                               return json_ok("{}");
                             }));
  }
}

}  // namespace homeport::api::azureml
