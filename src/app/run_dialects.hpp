#pragma once

#include "service/context.hpp"
#include "service/gateway_environment.hpp"
#include "service/order_composer.hpp"

namespace homeport::app {

/// What each dialect gives to the processes of its runs, and the way to the gateway. A job finds
/// the variables of a run as well: a script in it may log metrics. `context` is borrowed.
service::RunDialects run_dialects(const service::Context& context,
                                  const service::GatewayNow& gateway);

}  // namespace homeport::app
