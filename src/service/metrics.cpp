#include "service/metrics.hpp"

#include <fmt/format.h>

#include "service/runs.hpp"
#include "service/transactions.hpp"

namespace homeport::service {

base::Result<void> append_metrics(const Context& context, const domain::WorkspaceId& workspace,
                                  const domain::RunId& run,
                                  const std::vector<domain::MetricSeries>& series) {
  return context.ledger.write([&](ledger::Transaction& tx) -> base::Result<void> {
    HP_TRYV(required(tx.runs().find(workspace, run), run_not_found(run)));
    return tx.metrics().append(workspace, run, series);
  });
}

base::Result<std::vector<domain::MetricSeries>> list_metrics(const Context& context,
                                                             const domain::WorkspaceId& workspace,
                                                             const domain::RunId& run) {
  return read(context.ledger,
              [&](ledger::Transaction& tx) { return tx.metrics().list(workspace, run); });
}

base::Result<domain::MetricSeries> get_metric(const Context& context,
                                              const domain::WorkspaceId& workspace,
                                              const domain::RunId& run, const std::string& name) {
  return read(context.ledger, [&](ledger::Transaction& tx) {
    return required(tx.metrics().find(workspace, run, name),
                    base::not_found("MetricNotFound",
                                    fmt::format("run {} has no metric '{}'", run.text(), name)));
  });
}

}  // namespace homeport::service
