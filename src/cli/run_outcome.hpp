#pragma once

#include <string>

#include "cli/context.hpp"

namespace homeport::cli {

class LogFollower;

/// Follows a run to its end and says how it ended: 0 for Completed, 1 for Failed and Canceled. The
/// first Ctrl-C lets go of the run (7) and says how to look again; a second within two seconds asks
/// whether to cancel it.
int follow_to_end(Context& context, Client& client, LogFollower& follower,
                  const Interrupts& interrupts, const std::string& run_id);

}  // namespace homeport::cli
