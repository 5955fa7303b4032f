#pragma once

#include <string>
#include <vector>

namespace homeport::agent {

/// `homeport-start HOST COMMAND...`, in the place of a remote shell: has the words of COMMAND,
/// joined by spaces, run by a shell on the attempt's node HOST (its host name or its address), and
/// passes on what that writes. The result is the command's exit code, 128 + n if signal n ended it,
/// and 255, with a line on standard error, if it could not be started or its node was lost.
int run_door_client(const std::vector<std::string>& words);

}  // namespace homeport::agent
