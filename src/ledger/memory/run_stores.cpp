// What a run leaves behind: runs, attempts, metrics, snapshots, and the operations beside them.
#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.hpp"
#include "ledger/failures.hpp"
#include "ledger/memory/stores.hpp"
#include "ledger/run_position.hpp"

namespace homeport::ledger::memory {

namespace {

bool waits_for_its_end(const domain::Run& run) {
  return run.spec && run.state != domain::RunState::NotStarted && !domain::is_terminal(run.state);
}

RunKey key_of(const domain::Run& run) {
  return {run.workspace_id, run.id};
}

void put_run(Tables& tables, const domain::Run& run) {
  tables.runs.put(key_of(run), run);
  if (waits_for_its_end(run)) {
    tables.unfinished_runs.put(run.queue_order, key_of(run));
  } else if (tables.unfinished_runs.find(run.queue_order)) {
    tables.unfinished_runs.erase(run.queue_order);
  }
}

/// `run` as it is written over `stored`: what the ledger alone decides stays.
domain::Run over(const domain::Run& stored, domain::Run run) {
  run.name = stored.name;
  run.number = stored.number;
  run.queue_order = stored.queue_order;
  run.state = stored.state;
  run.experiment_id = stored.experiment_id;
  run.parent_id = stored.parent_id;
  run.created_at = stored.created_at;
  run.revision = stored.revision + 1;
  return run;
}

const domain::Run* named(const Tables& tables, const domain::ExperimentId& experiment,
                         std::string_view name) {
  for (const auto& [key, run] : tables.runs.rows()) {
    if (run.experiment_id == experiment && base::equals_ignoring_case(run.name, name)) return &run;
  }
  return nullptr;
}

bool selects(const RunQuery& query, const domain::Run& run) {
  return run.workspace_id == query.workspace_id &&
         (query.experiment_id.empty() || run.experiment_id == query.experiment_id) &&
         (query.parent_id.empty() || run.parent_id == query.parent_id) &&
         (query.target.empty() || run.target == query.target) &&
         (query.include_hidden || !run.hidden);
}

}  // namespace

base::Result<domain::Run> MemoryRunStore::insert(domain::Run run) {
  HP_TRY(Tables * tables, access_.change());
  if (tables->runs.find(key_of(run))) return exists_already("Run", run.id.text());
  if (!run.name.empty() && named(*tables, run.experiment_id, run.name)) {
    return exists_already("Run", run.name);
  }
  const RunNumbers* numbers = tables->run_numbers.find(run.experiment_id);
  const uint64_t* order = tables->last_queue_order.find(0);
  run.number = numbers ? numbers->last + 1 : 1;
  run.queue_order = order ? *order + 1 : 1;
  run.revision = 1;
  tables->run_numbers.put(run.experiment_id, {run.workspace_id, run.number});
  tables->last_queue_order.put(0, run.queue_order);
  put_run(*tables, run);
  return run;
}

base::Result<domain::Run> MemoryRunStore::update(domain::Run run) {
  HP_TRY(Tables * tables, access_.change());
  const domain::Run* stored = tables->runs.find(key_of(run));
  if (!stored) return no_such("Run", run.id.text());
  domain::Run next = over(*stored, std::move(run));
  put_run(*tables, next);
  return next;
}

base::Result<domain::Run> MemoryRunStore::advance(domain::Run run, domain::RunEvent event) {
  HP_TRY(Tables * tables, access_.change());
  const domain::Run* stored = tables->runs.find(key_of(run));
  if (!stored) return no_such("Run", run.id.text());
  HP_TRY(const domain::RunState state, domain::next_state(stored->state, event));
  domain::Run next = over(*stored, std::move(run));
  next.state = state;
  put_run(*tables, next);
  return next;
}

base::Result<void> MemoryRunStore::remove(const domain::WorkspaceId& workspace,
                                          const domain::RunId& id) {
  HP_TRY(Tables * tables, access_.change());
  const domain::Run* stored = tables->runs.find({workspace, id});
  if (!stored) return no_such("Run", id.text());
  if (tables->unfinished_runs.find(stored->queue_order)) {
    tables->unfinished_runs.erase(stored->queue_order);
  }
  tables->attempts.erase_if([&](const domain::Attempt& attempt) {
    return attempt.workspace_id == workspace && attempt.run_id == id;
  });
  erase_metrics(*tables, [&](const SeriesKey& key) {
    return std::get<0>(key) == workspace && std::get<1>(key) == id;
  });
  tables->runs.erase({workspace, id});
  return base::success();
}

Found<domain::Run> MemoryRunStore::find_by_name(const domain::ExperimentId& experiment,
                                                std::string_view name) {
  const domain::Run* found = name.empty() ? nullptr : named(access_.look(), experiment, name);
  return found ? std::optional<domain::Run>(*found) : std::nullopt;
}

Found<domain::Run> MemoryRunStore::find(const domain::WorkspaceId& workspace,
                                        const domain::RunId& id) {
  const domain::Run* found = access_.look().runs.find({workspace, id});
  return found ? std::optional<domain::Run>(*found) : std::nullopt;
}

base::Result<RunPage> MemoryRunStore::query(const RunQuery& query) {
  HP_TRY(const RunPosition start, start_of(query));
  const bool ascending = query.order == RunOrder::CreatedAscending;
  std::vector<std::pair<RunPosition, const domain::Run*>> candidates;
  for (const auto& [key, run] : access_.look().runs.rows()) {
    const RunPosition at = position_of(run);
    if (selects(query, run) && (ascending ? at > start : at < start)) {
      candidates.emplace_back(at, &run);
    }
  }
  std::sort(candidates.begin(), candidates.end(), [&](const auto& a, const auto& b) {
    return ascending ? a.first < b.first : b.first < a.first;
  });
  RunPage page;
  for (const auto& [at, run] : candidates) {
    if (query.matches && !query.matches(*run)) continue;
    if (page.runs.size() == query.limit) {
      if (!page.runs.empty()) {
        page.continuation = to_continuation(position_of(page.runs.back()), query.order);
      }
      break;
    }
    page.runs.push_back(*run);
  }
  return page;
}

base::Result<std::vector<domain::Run>> MemoryRunStore::list_unfinished() {
  std::vector<domain::Run> runs;
  for (const auto& [order, key] : access_.look().unfinished_runs.rows()) {
    runs.push_back(*access_.look().runs.find(key));
  }
  return runs;
}

base::Result<RunCounts> MemoryRunStore::count_by_state() {
  RunCounts counts;
  for (const auto& [key, run] : access_.look().runs.rows()) ++counts[run.state];
  return counts;
}

base::Result<std::vector<RunQueue>> MemoryRunStore::list_queues() {
  std::map<std::pair<domain::WorkspaceId, std::string>, RunQueue> queues;
  for (const auto& [order, key] : access_.look().unfinished_runs.rows()) {
    const domain::Run& run = *access_.look().runs.find(key);
    if (run.state != domain::RunState::Queued) continue;
    const auto [at, is_new] = queues.try_emplace(
        {run.workspace_id, run.target}, RunQueue{run.workspace_id, run.target, 0, run.created_at});
    ++at->second.runs;
    at->second.oldest = std::min(at->second.oldest, run.created_at);
  }
  std::vector<RunQueue> all;
  for (auto& [key, queue] : queues) all.push_back(std::move(queue));
  return all;
}

base::Result<void> MemoryAttemptStore::insert(const domain::Attempt& attempt) {
  HP_TRY(Tables * tables, access_.change());
  const AttemptKey key(attempt.workspace_id, attempt.run_id, attempt.number);
  if (tables->attempts.find(key)) return exists_already("Attempt", attempt.run_id.text());
  if (attempt.state != domain::AttemptState::Ended) {
    for (const auto& [other_key, other] : tables->attempts.rows()) {
      if (other.workspace_id == attempt.workspace_id && other.run_id == attempt.run_id &&
          other.state != domain::AttemptState::Ended) {
        return another_attempt_lives(attempt.run_id.text());
      }
    }
  }
  tables->attempts.put(key, attempt);
  return base::success();
}

base::Result<void> MemoryAttemptStore::update(const domain::Attempt& attempt) {
  HP_TRY(Tables * tables, access_.change());
  const AttemptKey key(attempt.workspace_id, attempt.run_id, attempt.number);
  const domain::Attempt* stored = tables->attempts.find(key);
  if (!stored) return no_such("Attempt", attempt.run_id.text());
  if (stored->token != attempt.token || stored->state == domain::AttemptState::Ended) {
    return fenced_off(attempt.run_id.text());
  }
  tables->attempts.put(key, attempt);
  return base::success();
}

Found<domain::Attempt> MemoryAttemptStore::find_latest(const domain::WorkspaceId& workspace,
                                                       const domain::RunId& run) {
  std::optional<domain::Attempt> latest;
  const auto& rows = access_.look().attempts.rows();
  for (auto at = rows.lower_bound({workspace, run, 0}); at != rows.end(); ++at) {
    if (at->second.workspace_id != workspace || at->second.run_id != run) break;
    latest = at->second;
  }
  return latest;
}

base::Result<std::vector<domain::Attempt>> MemoryAttemptStore::list_live() {
  std::vector<domain::Attempt> live;
  for (const auto& [key, attempt] : access_.look().attempts.rows()) {
    if (attempt.state != domain::AttemptState::Ended) live.push_back(attempt);
  }
  return live;
}

base::Result<void> MemoryMetricStore::append(const domain::WorkspaceId& workspace,
                                             const domain::RunId& run,
                                             const std::vector<domain::MetricSeries>& series) {
  HP_TRY(Tables * tables, access_.change());
  for (const domain::MetricSeries& batch : series) {
    const SeriesKey key(workspace, run, batch.name);
    const auto [at, is_new] = tables->metrics.try_emplace(key);
    StoredSeries& stored = at->second;
    if (is_new) {
      stored.workspace_id = workspace;
      stored.series.name = batch.name;
      tables->undo.add([tables, key] { tables->metrics.erase(key); });
    }
    tables->undo.add([tables, key, rows = stored.series.rows.size(),
                      columns = stored.series.columns, properties = stored.series.properties] {
      StoredSeries& grown = tables->metrics.at(key);
      for (size_t i = rows; i < grown.series.rows.size(); ++i) {
        grown.metric_ids.erase(grown.series.rows[i].metric_id);
      }
      grown.series.rows.resize(rows);
      grown.series.columns = columns;
      grown.series.properties = properties;
    });
    stored.series.columns = batch.columns;
    stored.series.properties = batch.properties;
    for (const domain::MetricRow& row : batch.rows) {
      if (stored.metric_ids.insert(row.metric_id).second) stored.series.rows.push_back(row);
    }
  }
  return base::success();
}

base::Result<std::vector<domain::MetricSeries>> MemoryMetricStore::list(
    const domain::WorkspaceId& workspace, const domain::RunId& run) {
  std::vector<domain::MetricSeries> all;
  const auto& rows = access_.look().metrics;
  for (auto at = rows.lower_bound({workspace, run, std::string()}); at != rows.end(); ++at) {
    if (std::get<0>(at->first) != workspace || std::get<1>(at->first) != run) break;
    const domain::MetricSeries& series = at->second.series;
    all.push_back({series.name, series.columns, series.properties, {}});
  }
  return all;
}

Found<domain::MetricSeries> MemoryMetricStore::find(const domain::WorkspaceId& workspace,
                                                    const domain::RunId& run,
                                                    std::string_view name) {
  const auto& rows = access_.look().metrics;
  const auto at = rows.find({workspace, run, std::string(name)});
  return at == rows.end() ? std::nullopt : std::optional<domain::MetricSeries>(at->second.series);
}

base::Result<void> MemorySnapshotStore::insert(const domain::ProjectSnapshot& snapshot) {
  HP_TRY(Tables * tables, access_.change());
  const SnapshotKey key(snapshot.workspace_id, snapshot.id);
  if (tables->snapshots.find(key)) return exists_already("Snapshot", snapshot.id.text());
  tables->snapshots.put(key, snapshot);
  return base::success();
}

Found<domain::ProjectSnapshot> MemorySnapshotStore::find(const domain::WorkspaceId& workspace,
                                                         const domain::SnapshotId& id) {
  const domain::ProjectSnapshot* found = access_.look().snapshots.find({workspace, id});
  return found ? std::optional<domain::ProjectSnapshot>(*found) : std::nullopt;
}

base::Result<void> MemoryOperationStore::insert(const domain::Operation& operation) {
  HP_TRY(Tables * tables, access_.change());
  if (tables->operations.find(operation.id)) {
    return exists_already("Operation", operation.id.text());
  }
  tables->operations.put(operation.id, operation);
  return base::success();
}

base::Result<void> MemoryOperationStore::update(const domain::Operation& operation) {
  HP_TRY(Tables * tables, access_.change());
  if (!tables->operations.find(operation.id)) return no_such("Operation", operation.id.text());
  tables->operations.put(operation.id, operation);
  return base::success();
}

Found<domain::Operation> MemoryOperationStore::find(const domain::OperationId& id) {
  const domain::Operation* found = access_.look().operations.find(id);
  return found ? std::optional<domain::Operation>(*found) : std::nullopt;
}

base::Result<std::vector<domain::Operation>> MemoryOperationStore::list_unfinished() {
  std::vector<domain::Operation> unfinished;
  for (const auto& [id, operation] : access_.look().operations.rows()) {
    if (operation.state == domain::OperationState::InProgress) unfinished.push_back(operation);
  }
  std::sort(unfinished.begin(), unfinished.end(), [](const auto& a, const auto& b) {
    return std::tie(a.started_at, a.id) < std::tie(b.started_at, b.id);
  });
  return unfinished;
}

base::Result<void> MemoryOperationStore::remove_finished(base::TimePoint started_before) {
  HP_TRY(Tables * tables, access_.change());
  tables->operations.erase_if([&](const domain::Operation& operation) {
    return operation.state != domain::OperationState::InProgress &&
           operation.started_at < started_before;
  });
  return base::success();
}

}  // namespace homeport::ledger::memory
