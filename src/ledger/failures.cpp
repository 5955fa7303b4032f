#include "ledger/failures.hpp"

#include <fmt/format.h>

#include <utility>

namespace homeport::ledger {

base::Error no_such(std::string_view kind, std::string_view name) {
  return base::not_found(fmt::format("{}NotFound", kind),
                         fmt::format("{} '{}' was not found", kind, name));
}

base::Error exists_already(std::string_view kind, std::string_view name) {
  return base::already_exists(fmt::format("{}AlreadyExists", kind),
                              fmt::format("{} '{}' already exists", kind, name));
}

base::Error fenced_off(std::string_view run) {
  return base::conflict(
      "AttemptFenced",
      fmt::format("this attempt at run '{}' has ended or belongs to someone else", run));
}

base::Error another_attempt_lives(std::string_view run) {
  return base::conflict("AttemptLives",
                        fmt::format("another attempt at run '{}' has not ended", run));
}

base::Error written_while_reading() {
  return base::internal("a transaction that only reads tried to change the ledger");
}

base::Error disk_full(std::string cause) {
  return {base::ErrorCode::ResourceExhausted,
          "the disk of the data directory is full; nothing was written; free some space and try "
          "again",
          {},
          "DiskFull",
          std::move(cause)};
}

base::Error outcome_unknown(std::string cause) {
  return {base::ErrorCode::Unavailable,
          "the outcome of the change is unknown because the disk reported a failure; ask again "
          "with the same id after the server has restarted",
          {},
          "OutcomeUnknown",
          std::move(cause)};
}

base::Error writes_refused(std::string_view why) {
  return {base::ErrorCode::Unavailable,
          fmt::format("the ledger takes no changes: {}", why),
          {},
          "LedgerStopped",
          {}};
}

}  // namespace homeport::ledger
