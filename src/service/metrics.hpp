#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/metric.hpp"
#include "service/context.hpp"

namespace homeport::service {

/// Adds rows to a run's metrics, durably; rows whose id is there already are skipped. NotFound for
/// an unknown run.
base::Result<void> append_metrics(const Context& context, const domain::WorkspaceId& workspace,
                                  const domain::RunId& run,
                                  const std::vector<domain::MetricSeries>& series);

/// Every series of a run, without rows.
base::Result<std::vector<domain::MetricSeries>> list_metrics(const Context& context,
                                                             const domain::WorkspaceId& workspace,
                                                             const domain::RunId& run);

/// One series with its rows; NotFound/MetricNotFound where there is none of that name.
base::Result<domain::MetricSeries> get_metric(const Context& context,
                                              const domain::WorkspaceId& workspace,
                                              const domain::RunId& run, const std::string& name);

}  // namespace homeport::service
