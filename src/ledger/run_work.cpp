#include "ledger/run_work.hpp"

#include <exception>

namespace homeport::ledger {

base::Result<void> run_work(const Ledger::Work& work, Transaction& transaction) {
  try {
    return work(transaction);
  } catch (const std::exception& exception) {
    return base::internal("a use case ended with an exception", exception.what());
  }
}

}  // namespace homeport::ledger
