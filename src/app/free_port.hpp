#pragma once

namespace homeport::app {

/// Whether `port` can be bound on every address of this machine now, as a parameter server binds
/// it.
bool is_port_free(int port);

}  // namespace homeport::app
