#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

/// The errors of the stores, worded once for all implementations.
namespace homeport::ledger {

/// `kind` is the word of the domain ("Run"), `name` what the caller asked for. The reason becomes
/// "RunNotFound".
base::Error no_such(std::string_view kind, std::string_view name);
/// The reason becomes "RunAlreadyExists".
base::Error exists_already(std::string_view kind, std::string_view name);
/// Conflict: the write carries the token of another attempt, or its attempt has ended.
base::Error fenced_off(std::string_view run);
/// Conflict: a run has one live attempt at a time.
base::Error another_attempt_lives(std::string_view run);
/// Internal: a store was changed in a transaction that only reads.
base::Error written_while_reading();
/// ResourceExhausted: nothing of the write was kept.
base::Error disk_full(std::string cause);
/// Unavailable: the write may or may not be there after a restart.
base::Error outcome_unknown(std::string cause);
/// Unavailable: the ledger takes no writes any more.
base::Error writes_refused(std::string_view why);

}  // namespace homeport::ledger
