#pragma once

#include "ledger/ledger.hpp"

namespace homeport::ledger {

/// Runs `work`; what it throws becomes an Internal error.
base::Result<void> run_work(const Ledger::Work& work, Transaction& transaction);

}  // namespace homeport::ledger
