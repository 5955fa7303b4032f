#pragma once

namespace homeport::service {

/// Processes of one role on each node of a run; more is a slip, and more than there are ports for.
inline constexpr int kMostProcessesOfNode = 128;

}  // namespace homeport::service
