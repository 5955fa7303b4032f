#include <fmt/format.h>

#include <map>
#include <string>

#include "ledger/codec.hpp"
#include "ledger/run_position.hpp"
#include "ledger/sqlite/rows.hpp"
#include "ledger/sqlite/stores.hpp"

namespace homeport::ledger::sqlite {

namespace {

#define HP_RUN_COLUMNS                                                                      \
  "workspace_id, id, experiment_id, number, state, parent_id, target, hidden, created_at, " \
  "queue_order, revision, document, name"

base::Result<domain::Run> read_run(const Row& row) {
  domain::Run run;
  run.workspace_id = domain::WorkspaceId(row.text(0));
  run.id = domain::RunId(row.text(1));
  run.experiment_id = domain::ExperimentId(row.text(2));
  run.number = row.integer(3);
  HP_TRY(run.state, domain::parse_run_state(row.view(4)));
  run.parent_id = domain::RunId(row.text(5));
  run.target = row.text(6);
  run.hidden = row.integer(7) != 0;
  run.created_at = base::TimePoint(base::Duration(row.integer(8)));
  run.queue_order = static_cast<uint64_t>(row.integer(9));
  run.revision = static_cast<uint64_t>(row.integer(10));
  HP_TRYV(decode(row.view(11), run));
  run.name = row.text(12);
  return run;
}

base::Result<RunQueue> read_queue(const Row& row) {
  return RunQueue{domain::WorkspaceId(row.text(0)), row.text(1), row.integer(2),
                  base::TimePoint(base::Duration(row.integer(3)))};
}

/// Takes over what the ledger alone decides, from RETURNING of an update.
base::Result<void> take_kept_columns(const Row& row, domain::Run& run) {
  HP_TRY(run.state, domain::parse_run_state(row.view(0)));
  run.experiment_id = domain::ExperimentId(row.text(1));
  run.parent_id = domain::RunId(row.text(2));
  run.created_at = base::TimePoint(base::Duration(row.integer(3)));
  run.number = row.integer(4);
  run.queue_order = static_cast<uint64_t>(row.integer(5));
  run.revision = static_cast<uint64_t>(row.integer(6));
  run.name = row.text(7);
  return base::success();
}

/// What an UPDATE gives back for take_kept_columns.
#define HP_KEPT_COLUMNS \
  "state, experiment_id, parent_id, created_at, number, queue_order, revision, name"

/// Runs an UPDATE of one run; false if no row was changed.
base::Result<bool> update_run(Connection& connection, std::string_view sql, domain::Run& run) {
  bool found = false;
  const auto done = connection.select(
      sql,
      [&](const Row& row) -> base::Result<bool> {
        HP_TRYV(take_kept_columns(row, run));
        found = true;
        return true;
      },
      run.workspace_id, run.id, run.target, run.hidden, run.spec.has_value(), encode(run));
  if (!done) return done.error();
  return found;
}

// The indexed columns are fixed at insert: a change of state touches the row and the queue only.
constexpr const char* kAdvance =
    "UPDATE runs SET target = ?3, hidden = ?4, submitted = ?5, document = ?6,"
    " revision = revision + 1, state = CASE state{} END"
    " WHERE workspace_id = ?1 AND id = ?2 AND state IN ({})"
    " RETURNING " HP_KEPT_COLUMNS;

/// The guarded UPDATE of one event, made from the table of transitions.
std::string make_advance_sql(domain::RunEvent event) {
  std::string cases;
  std::string states;
  for (const domain::RunTransition& step : domain::kRunTransitions) {
    if (step.event != event) continue;
    cases += fmt::format(" WHEN '{}' THEN '{}'", to_string(step.from), to_string(step.to));
    states += fmt::format("{}'{}'", states.empty() ? "" : ", ", to_string(step.from));
  }
  return fmt::format(fmt::runtime(kAdvance), cases, states);
}

const std::string& advance_sql(domain::RunEvent event) {
  static const auto kTexts = [] {
    std::map<domain::RunEvent, std::string> texts;
    for (const domain::RunTransition& step : domain::kRunTransitions) {
      texts.try_emplace(step.event, make_advance_sql(step.event));
    }
    return texts;
  }();
  return kTexts.at(event);
}

/// Only what decides the index varies; the other filters are switched off by their arguments.
std::string query_sql(const RunQuery& query) {
  const bool up = query.order == RunOrder::CreatedAscending;
  return fmt::format("SELECT " HP_RUN_COLUMNS
                     " FROM runs"
                     " WHERE workspace_id = ?1 AND {} AND {}"
                     " AND (?4 = '' OR target = ?4) AND (?5 OR hidden = 0)"
                     " AND (created_at, id) {} (?6, ?7)"
                     " ORDER BY created_at {}, id {}",
                     query.experiment_id.empty() ? "?2 = ''" : "experiment_id = ?2",
                     query.parent_id.empty() ? "?3 = ''" : "parent_id = ?3 AND parent_id <> ''",
                     up ? ">" : "<", up ? "ASC" : "DESC", up ? "ASC" : "DESC");
}

base::Result<int64_t> next_number(Connection& connection, const domain::Run& run) {
  int64_t number = 0;
  HP_TRYV(connection.select(
      "INSERT INTO run_numbers (experiment_id, workspace_id, last) VALUES (?1, ?2, 1)"
      " ON CONFLICT (experiment_id) DO UPDATE SET last = last + 1 RETURNING last",
      [&](const Row& row) -> base::Result<bool> {
        number = row.integer(0);
        return true;
      },
      run.experiment_id, run.workspace_id));
  return number;
}

base::Result<uint64_t> next_queue_order(Connection& connection) {
  int64_t order = 0;
  HP_TRYV(connection.select("UPDATE queue_orders SET last = last + 1 WHERE id = 1 RETURNING last",
                            [&](const Row& row) -> base::Result<bool> {
                              order = row.integer(0);
                              return true;
                            }));
  return static_cast<uint64_t>(order);
}

}  // namespace

base::Result<domain::Run> SqliteRunStore::insert(domain::Run run) {
  HP_TRY(run.number, next_number(connection_, run));
  HP_TRY(run.queue_order, next_queue_order(connection_));
  run.revision = 1;
  HP_TRYV(inserted(connection_.execute(
                       "INSERT INTO runs (" HP_RUN_COLUMNS ", submitted) VALUES"
                       " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
                       run.workspace_id, run.id, run.experiment_id, run.number,
                       to_string(run.state), run.parent_id, run.target, run.hidden, run.created_at,
                       static_cast<int64_t>(run.queue_order), static_cast<int64_t>(run.revision),
                       encode(run), run.name, run.spec.has_value()),
                   "Run", run.id.text()));
  return run;
}

base::Result<domain::Run> SqliteRunStore::update(domain::Run run) {
  HP_TRY(const bool found,
         update_run(connection_,
                    "UPDATE runs SET target = ?3, hidden = ?4, submitted = ?5, document = ?6,"
                    " revision = revision + 1 WHERE workspace_id = ?1 AND id = ?2"
                    " RETURNING " HP_KEPT_COLUMNS,
                    run));
  if (!found) return no_such("Run", run.id.text());
  return run;
}

base::Result<domain::Run> SqliteRunStore::advance(domain::Run run, domain::RunEvent event) {
  HP_TRY(const bool allowed, update_run(connection_, advance_sql(event), run));
  if (allowed) return run;
  HP_TRY(const auto stored, find(run.workspace_id, run.id));
  if (!stored) return no_such("Run", run.id.text());
  HP_TRYV(domain::next_state(stored->state, event));
  return base::internal("the guard of a run's state differs from the table of transitions");
}

base::Result<void> SqliteRunStore::remove(const domain::WorkspaceId& workspace,
                                          const domain::RunId& id) {
  static constexpr const char* kParts[] = {
      "DELETE FROM metric_rows WHERE series_id IN"
      " (SELECT id FROM metric_series WHERE workspace_id = ?1 AND run_id = ?2)",
      "DELETE FROM metric_series WHERE workspace_id = ?1 AND run_id = ?2",
      "DELETE FROM attempts WHERE workspace_id = ?1 AND run_id = ?2"};
  for (const char* sql : kParts) {
    HP_TRYV(connection_.execute(sql, workspace, id));
  }
  return found_and_changed(
      connection_.execute("DELETE FROM runs WHERE workspace_id = ?1 AND id = ?2", workspace, id),
      "Run", id.text());
}

Found<domain::Run> SqliteRunStore::find_by_name(const domain::ExperimentId& experiment,
                                                std::string_view name) {
  return find_one(connection_,
                  "SELECT " HP_RUN_COLUMNS
                  " FROM runs WHERE experiment_id = ?1 AND name = ?2 AND name <> ''",
                  read_run, experiment, name);
}

Found<domain::Run> SqliteRunStore::find(const domain::WorkspaceId& workspace,
                                        const domain::RunId& id) {
  return find_one(connection_,
                  "SELECT " HP_RUN_COLUMNS " FROM runs WHERE workspace_id = ?1 AND id = ?2",
                  read_run, workspace, id);
}

base::Result<RunPage> SqliteRunStore::query(const RunQuery& query) {
  HP_TRY(const RunPosition start, start_of(query));
  RunPage page;
  bool more = false;
  const auto done = connection_.select(
      query_sql(query),
      [&](const Row& row) -> base::Result<bool> {
        HP_TRY(domain::Run run, read_run(row));
        if (query.matches && !query.matches(run)) return true;
        if (page.runs.size() == query.limit) {
          more = true;
          return false;
        }
        page.runs.push_back(std::move(run));
        return true;
      },
      query.workspace_id, query.experiment_id, query.parent_id, query.target, query.include_hidden,
      start.created_at, start.run_id);
  if (!done) return done.error();
  if (more && !page.runs.empty()) {
    page.continuation = to_continuation(position_of(page.runs.back()), query.order);
  }
  return page;
}

base::Result<std::vector<domain::Run>> SqliteRunStore::list_unfinished() {
  return find_all(connection_,
                  "SELECT " HP_RUN_COLUMNS
                  " FROM runs WHERE submitted = 1"
                  " AND state NOT IN ('NotStarted', 'Completed', 'Failed', 'Canceled')"
                  " ORDER BY queue_order",
                  read_run);
}

base::Result<RunCounts> SqliteRunStore::count_by_state() {
  RunCounts counts;
  HP_TRYV(connection_.select("SELECT state, runs FROM run_counts WHERE runs > 0",
                             [&](const Row& row) -> base::Result<bool> {
                               HP_TRY(const auto state, domain::parse_run_state(row.view(0)));
                               counts[state] = row.integer(1);
                               return true;
                             }));
  return counts;
}

base::Result<std::vector<RunQueue>> SqliteRunStore::list_queues() {
  // The long condition is that of the index runs_unfinished, which is the way to these rows.
  return find_all<RunQueue>(
      connection_,
      "SELECT workspace_id, target, count(*), min(created_at) FROM runs WHERE submitted = 1"
      " AND state NOT IN ('NotStarted', 'Completed', 'Failed', 'Canceled') AND state = 'Queued'"
      " GROUP BY workspace_id, target ORDER BY workspace_id, target",
      read_queue);
}

}  // namespace homeport::ledger::sqlite
