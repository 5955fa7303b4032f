#include "ledger/codec.hpp"
#include "ledger/sqlite/rows.hpp"
#include "ledger/sqlite/stores.hpp"

namespace homeport::ledger::sqlite {

namespace {

base::Result<domain::Attempt> read_attempt(const Row& row) {
  domain::Attempt attempt;
  attempt.workspace_id = domain::WorkspaceId(row.text(0));
  attempt.run_id = domain::RunId(row.text(1));
  attempt.number = static_cast<int>(row.integer(2));
  attempt.token = row.text(3);
  HP_TRYV(decode(row.view(4), attempt));
  return attempt;
}

base::Result<bool> is_there(Connection& connection, const domain::Attempt& attempt) {
  HP_TRY(const auto found,
         find_one(connection,
                  "SELECT workspace_id, run_id, number, token, document FROM attempts"
                  " WHERE workspace_id = ?1 AND run_id = ?2 AND number = ?3",
                  read_attempt, attempt.workspace_id, attempt.run_id, attempt.number));
  return found.has_value();
}

}  // namespace

base::Result<void> SqliteAttemptStore::insert(const domain::Attempt& attempt) {
  const auto changed = connection_.execute(
      "INSERT INTO attempts (workspace_id, run_id, number, token, state, document)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      attempt.workspace_id, attempt.run_id, attempt.number, attempt.token, to_column(attempt.state),
      encode(attempt));
  if (changed) return base::success();
  if (changed.error().code != base::ErrorCode::AlreadyExists) return changed.error();
  HP_TRY(const bool same_number, is_there(connection_, attempt));
  if (same_number) return exists_already("Attempt", attempt.run_id.text());
  return another_attempt_lives(attempt.run_id.text());
}

base::Result<void> SqliteAttemptStore::update(const domain::Attempt& attempt) {
  HP_TRY(const int64_t changed,
         connection_.execute("UPDATE attempts SET state = ?5, document = ?6 WHERE workspace_id = ?1"
                             " AND run_id = ?2 AND number = ?3 AND token = ?4 AND state <> 'Ended'",
                             attempt.workspace_id, attempt.run_id, attempt.number, attempt.token,
                             to_column(attempt.state), encode(attempt)));
  if (changed > 0) return base::success();
  HP_TRY(const bool there, is_there(connection_, attempt));
  if (!there) return no_such("Attempt", attempt.run_id.text());
  return fenced_off(attempt.run_id.text());
}

Found<domain::Attempt> SqliteAttemptStore::find_latest(const domain::WorkspaceId& workspace,
                                                       const domain::RunId& run) {
  return find_one(connection_,
                  "SELECT workspace_id, run_id, number, token, document FROM attempts"
                  " WHERE workspace_id = ?1 AND run_id = ?2 ORDER BY number DESC LIMIT 1",
                  read_attempt, workspace, run);
}

base::Result<std::vector<domain::Attempt>> SqliteAttemptStore::list_live() {
  return find_all(connection_,
                  "SELECT workspace_id, run_id, number, token, document FROM attempts"
                  " WHERE state <> 'Ended' ORDER BY workspace_id, run_id",
                  read_attempt);
}

}  // namespace homeport::ledger::sqlite
