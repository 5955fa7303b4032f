#include "api/http/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace homeport::api::http {
namespace {

const prometheus::Histogram::BucketBoundaries kSeconds{
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};

/// A client may invent methods; the number of series must not follow.
std::string_view known_method(std::string_view method) {
  constexpr std::string_view kMethods[] = {"GET",    "HEAD",    "PUT",   "POST",
                                           "DELETE", "OPTIONS", "PATCH", "CONNECT"};
  const bool known =
      std::find(std::begin(kMethods), std::end(kMethods), method) != std::end(kMethods);
  return known ? method : "OTHER";
}

prometheus::MetricFamily family_of(Figure figure) {
  const bool counts = figure.kind == Figure::Kind::Counter;
  prometheus::MetricFamily family;
  family.name = std::move(figure.name);
  family.help = std::move(figure.help);
  family.type = counts ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
  for (Figure::Value& value : figure.values) {
    prometheus::ClientMetric& metric = family.metric.emplace_back();
    for (auto& [name, text] : value.labels) metric.label.push_back({name, std::move(text)});
    (counts ? metric.counter.value : metric.gauge.value) = value.value;
  }
  return family;
}

struct Series {
  prometheus::Counter* requests;
  prometheus::Histogram* seconds;
};

}  // namespace

struct Metrics::State {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests = prometheus::BuildCounter()
                                                          .Name("homeport_http_requests_total")
                                                          .Help("Requests answered")
                                                          .Register(registry);
  prometheus::Family<prometheus::Histogram>& seconds =
      prometheus::BuildHistogram()
          .Name("homeport_http_request_seconds")
          .Help("Time from the end of a request's head to the end of its answer")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& bytes = prometheus::BuildCounter()
                                                       .Name("homeport_http_body_bytes_total")
                                                       .Help("Bytes of bodies")
                                                       .Register(registry);
  prometheus::Counter& bytes_in = bytes.Add({{"direction", "in"}});
  prometheus::Counter& bytes_out = bytes.Add({{"direction", "out"}});

  std::mutex mutex;  ///< guards `series` and `sources`
  std::unordered_map<std::string, Series> series;
  std::vector<FigureSource> sources;

  Series series_of(const RequestRecord& record);
};

Series Metrics::State::series_of(const RequestRecord& record) {
  const std::string method(known_method(record.method));
  const std::string route(record.pattern.empty() ? "none" : record.pattern);
  const std::string status = std::to_string(record.status);
  const std::lock_guard lock(mutex);
  const auto [at, added] = series.try_emplace(method + " " + status + " " + route);
  if (added) {
    at->second.requests = &requests.Add({{"method", method}, {"route", route}, {"status", status}});
    at->second.seconds = &seconds.Add({{"method", method}, {"route", route}}, kSeconds);
  }
  return at->second;
}

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

void Metrics::observe(const RequestRecord& record) {
  const Series series = state_->series_of(record);
  series.requests->Increment();
  series.seconds->Observe(std::chrono::duration<double>(record.duration).count());
  state_->bytes_in.Increment(static_cast<double>(record.bytes_in));
  state_->bytes_out.Increment(static_cast<double>(record.bytes_out));
}

void Metrics::add_source(FigureSource source) {
  const std::lock_guard lock(state_->mutex);
  state_->sources.push_back(std::move(source));
}

std::string Metrics::text() const {
  std::vector<FigureSource> sources;
  {
    const std::lock_guard lock(state_->mutex);
    sources = state_->sources;
  }
  std::vector<prometheus::MetricFamily> families = state_->registry.Collect();
  for (const FigureSource& source : sources) {
    for (Figure& figure : source()) families.push_back(family_of(std::move(figure)));
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace homeport::api::http
