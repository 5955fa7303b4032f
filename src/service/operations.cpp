#include "service/operations.hpp"

#include <fmt/format.h>

#include "service/transactions.hpp"

namespace homeport::service {

base::Result<domain::Operation> get_operation(const Context& context,
                                              const domain::OperationId& id) {
  return read(context.ledger, [&](ledger::Transaction& tx) {
    return required(
        tx.operations().find(id),
        base::not_found("OperationNotFound", fmt::format("no operation {}", id.text())));
  });
}

base::Result<void> forget_old_operations(const Context& context) {
  return context.ledger.write([&](ledger::Transaction& tx) {
    return tx.operations().remove_finished(context.clock.wall() - kOperationsKept);
  });
}

}  // namespace homeport::service
