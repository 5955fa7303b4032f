#include "ledger/sqlite/metric_id.hpp"
#include "ledger/sqlite/rows.hpp"
#include "ledger/sqlite/stores.hpp"

namespace homeport::ledger::sqlite {

namespace {

struct SeriesPlace {
  int64_t id = 0;
  int64_t row_count = 0;
};

base::Result<domain::MetricSeries> read_series(const Row& row) {
  return domain::MetricSeries{row.text(0), row.text(1), row.text(2), {}};
}

base::Result<domain::MetricRow> read_row(const Row& row) {
  return domain::MetricRow{row.holds_bytes(0) ? to_uuid(row.view(0)) : row.text(0),
                           base::TimePoint(base::Duration(row.integer(1))), row.text(2)};
}

/// Adds one row, unless its metric_id is there; gives the number of rows added.
base::Result<int64_t> add_row(Connection& connection, const SeriesPlace& place,
                              const domain::MetricRow& row) {
  constexpr std::string_view kSql =
      "INSERT INTO metric_rows (series_id, position, metric_id, created_at, cells)"
      " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (series_id, metric_id) DO NOTHING";
  UuidBytes bytes;
  if (to_uuid_bytes(row.metric_id, bytes)) {
    return connection.execute(kSql, place.id, place.row_count, Bytes{{bytes.data(), bytes.size()}},
                              row.created_at, row.cells);
  }
  return connection.execute(kSql, place.id, place.row_count, row.metric_id, row.created_at,
                            row.cells);
}

/// Makes the series or brings its columns and properties up to date.
base::Result<SeriesPlace> prepare_series(Connection& connection,
                                         const domain::WorkspaceId& workspace,
                                         const domain::RunId& run,
                                         const domain::MetricSeries& series) {
  SeriesPlace place;
  HP_TRYV(connection.select(
      "INSERT INTO metric_series (workspace_id, run_id, name, columns, properties, row_count)"
      " VALUES (?1, ?2, ?3, ?4, ?5, 0) ON CONFLICT (workspace_id, run_id, name)"
      " DO UPDATE SET columns = excluded.columns, properties = excluded.properties"
      " RETURNING id, row_count",
      [&](const Row& row) -> base::Result<bool> {
        place = {row.integer(0), row.integer(1)};
        return true;
      },
      workspace, run, series.name, series.columns, series.properties));
  return place;
}

}  // namespace

base::Result<void> SqliteMetricStore::append(const domain::WorkspaceId& workspace,
                                             const domain::RunId& run,
                                             const std::vector<domain::MetricSeries>& series) {
  for (const domain::MetricSeries& batch : series) {
    HP_TRY(SeriesPlace place, prepare_series(connection_, workspace, run, batch));
    for (const domain::MetricRow& row : batch.rows) {
      HP_TRY(const int64_t added, add_row(connection_, place, row));
      place.row_count += added;
    }
    HP_TRYV(connection_.execute("UPDATE metric_series SET row_count = ?2 WHERE id = ?1", place.id,
                                place.row_count));
  }
  return base::success();
}

base::Result<std::vector<domain::MetricSeries>> SqliteMetricStore::list(
    const domain::WorkspaceId& workspace, const domain::RunId& run) {
  return find_all(connection_,
                  "SELECT name, columns, properties FROM metric_series"
                  " WHERE workspace_id = ?1 AND run_id = ?2 ORDER BY name",
                  read_series, workspace, run);
}

Found<domain::MetricSeries> SqliteMetricStore::find(const domain::WorkspaceId& workspace,
                                                    const domain::RunId& run,
                                                    std::string_view name) {
  HP_TRY(auto found, find_one(connection_,
                              "SELECT name, columns, properties FROM metric_series"
                              " WHERE workspace_id = ?1 AND run_id = ?2 AND name = ?3",
                              read_series, workspace, run, name));
  if (!found) return found;
  HP_TRY(found->rows,
         find_all(connection_,
                  "SELECT metric_id, created_at, cells FROM metric_rows WHERE series_id ="
                  " (SELECT id FROM metric_series WHERE workspace_id = ?1 AND run_id = ?2"
                  " AND name = ?3) ORDER BY position",
                  read_row, workspace, run, name));
  return found;
}

}  // namespace homeport::ledger::sqlite
