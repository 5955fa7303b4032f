#pragma once

#include <functional>
#include <string>

#include "api/http/message.hpp"
#include "api/http/router.hpp"
#include "domain/run.hpp"
#include "domain/workspace.hpp"
#include "service/context.hpp"

/// What every service of the data plane shares: paths, the error envelope, who may call.
namespace homeport::api::azureml {

/// "/history/v1.0/subscriptions/{subscription}/…/workspaces/{workspace}" for the prefix
/// "/history/v1.0".
std::string workspace_route(const std::string& prefix);

/// {"error":{"code","message","target","details","innerError":{"code"}},"correlation",…,"time"}.
http::Response error_response(const service::Context& context, const base::Error& error);

http::Response json_ok(std::string json);

/// What a call does to the run in its path; decides whether a run's own token will do.
enum class Access {
  Owner,      ///< the owner only
  Workspace,  ///< any run of the workspace may as well: reading
  OwnRun,     ///< the run named {run} itself or an ancestor of it may as well: writing
};

using DataOperation = std::function<base::Result<http::Response>(
    const http::Request&, const http::PathParameters&, const domain::Workspace&)>;

/// Wraps an operation on a workspace of the path: establishes access, renders errors.
http::Handler on_data_plane(const service::Context& context, Access access,
                            DataOperation operation);

/// PermissionDenied unless `principal` may write the run: the owner, the run itself, or a run above
/// it. A run that is not there yet may be made by a run's token only as its child (see
/// runs.cpp).
base::Result<void> require_run_writer(const service::Context& context, const http::Request& request,
                                      const domain::WorkspaceId& workspace,
                                      const domain::RunId& run);

}  // namespace homeport::api::azureml
