// How processes of the run on other nodes have more of them started here.

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "agent/attempt.hpp"
#include "agent/mpi_variables.hpp"

namespace homeport::agent {
namespace {

/// What means something on the client's node, or in the client's own process tree, only.
bool stays_with_client(std::string_view name) {
  constexpr std::array<std::string_view, 4> kShells{"PWD", "OLDPWD", "SHLVL", "_"};
  return name.starts_with("OMPI_") || name.starts_with("PMIX_") || name.starts_with("ORTE_") ||
         std::find(kShells.begin(), kShells.end(), name) != kShells.end();
}

}  // namespace

base::Result<void> Attempt::open_door() {
  const engine::DoorOrder& order = order_.door;
  if (order.directory.empty()) return base::success();
  const auto shared =
      std::find_if(order_.scratch.begin(), order_.scratch.end(),
                   [&](const auto& scratch) { return scratch.path == order.directory; });
  if (shared == order_.scratch.end()) {
    return base::invalid_argument("door.directory", "the directory of doors is no scratch");
  }
  HP_TRY(const base::FileDescriptor directory,
         context_.sandbox.data().open_directory(shared->place, DataTree::Make::No));
  HP_TRYV(workplace_.let_pass_to(context_.start_program));
  const Identity& who = workplace_.identity();
  door_ =
      std::make_unique<Door>(context_.io, context_.processes,
                             Door::Guard{who.change ? who.uid : ::geteuid(), order.secret},
                             [this](const engine::StartRequest& request, int output, int errors,
                                    std::function<void(Exit)> on_exit) {
                               return start_by_door(request, output, errors, std::move(on_exit));
                             });
  return door_->open(directory, order.names);
}

base::Result<pid_t> Attempt::start_by_door(const engine::StartRequest& request, int output,
                                           int errors, std::function<void(Exit)> on_exit) {
  if (finishing_) return base::conflict("RunEnding", "the run is ending on this node");
  SpawnOrder spawned = to_spawn(order_.door.process);
  for (const auto& [name, value] : request.variables) {
    if (!stays_with_client(name)) spawned.variables.emplace(name, value);
  }
  spawned.argv = {"/bin/sh", "-c", request.command};
  spawned.output = output;
  spawned.errors = errors;
  return start_in_place(order_.door.process, std::move(spawned), std::move(on_exit));
}

void Attempt::add_door_variables(std::map<std::string, std::string>& variables) const {
  if (order_.door.directory.empty()) return;
  variables[engine::kDoorsVariable] = workplace_.localized(order_.door.directory);
  variables[engine::kDoorSecretVariable] = order_.door.secret;
  variables.merge(mpi_variables(context_.start_program, context_.sandbox.facts().mounts));
}

}  // namespace homeport::agent
