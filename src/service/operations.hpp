#pragma once

#include <chrono>

#include "domain/operation.hpp"
#include "service/context.hpp"

/// Changes that last longer than their request. Whoever starts one gets an operation to ask for; a
/// killed server's are carried on by the next.
namespace homeport::service {

/// NotFound/OperationNotFound where there is none.
base::Result<domain::Operation> get_operation(const Context& context,
                                              const domain::OperationId& id);

/// Clients have asked by then.
inline constexpr std::chrono::hours kOperationsKept{24 * 7};
/// Forgets the operations that ended longer ago than kOperationsKept. Call it now and then.
base::Result<void> forget_old_operations(const Context& context);

}  // namespace homeport::service
