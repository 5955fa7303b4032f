#pragma once

#include <functional>
#include <string>
#include <utility>

#include "api/http/message.hpp"
#include "api/http/router.hpp"
#include "domain/workspace.hpp"
#include "service/context.hpp"

/// What every part of Azure Resource Manager's dialect shares: paths, the error envelope, who may
/// call.
namespace homeport::api::arm {

/// The path of a workspace, with its parameters; `provider` stands after /providers/.
inline constexpr const char* kProvider = "Microsoft.MachineLearningServices";
std::string workspace_pattern(const std::string& provider = kProvider);

domain::WorkspaceKey workspace_key(const http::PathParameters& parameters);

/// "/subscriptions/S/resourceGroups/G/providers/Microsoft.MachineLearningServices/workspaces/W".
std::string workspace_id(const domain::WorkspaceKey& key);

/// {"error":{"code","message","target","details":[]}} with the status of the one table.
http::Response error_response(const base::Error& error);

using Operation =
    std::function<base::Result<http::Response>(const http::Request&, const http::PathParameters&)>;
using WorkspaceOperation = std::function<base::Result<http::Response>(
    const http::Request&, const http::PathParameters&, const domain::Workspace&)>;

enum class Callers {
  Owner,
  RunsMayRead,  ///< the owner; and with GET runs, of which the operation checks the workspace
};

/// What every operation has around it: who may call, in which api-version; an error becomes the
/// envelope; the headers of each answer.
http::Handler guarded(Callers callers, Operation operation);

inline http::Handler owner_only(Operation operation) {
  return guarded(Callers::Owner, std::move(operation));
}

/// The same for an operation on a workspace that is there; with GET, that workspace's runs may call
/// it too.
http::Handler on_workspace(const service::Context& context, WorkspaceOperation operation);

}  // namespace homeport::api::arm
