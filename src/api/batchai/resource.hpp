#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <string>
#include <vector>

#include "api/http/message.hpp"
#include "api/http/router.hpp"
#include "domain/operation.hpp"
#include "domain/workspace.hpp"
#include "service/context.hpp"
#include "service/precondition.hpp"

/// What every part of the dialect shares: paths and ids of resources, who may call, the form of
/// answers and errors.
namespace homeport::api::batchai {

// Ids: "/subscriptions/S/resourceGroups/G/providers/Microsoft.BatchAI/workspaces/W/…".
std::string workspace_id(const domain::WorkspaceKey& key);
std::string experiment_id(const domain::WorkspaceKey& key, const std::string& experiment);
std::string cluster_id(const domain::WorkspaceKey& key, const std::string& cluster);
std::string job_id(const domain::WorkspaceKey& key, const std::string& experiment,
                   const std::string& job);

/// A cluster as an id names it.
struct ClusterReference {
  domain::WorkspaceKey workspace;
  std::string name;
};
/// From the id of a Batch AI cluster or of an AmlCompute target, in any case. InvalidArgument
/// naming `field` for anything else.
base::Result<ClusterReference> parse_cluster_id(const std::string& text, const std::string& field);

// Patterns of the same paths, with {subscription}, {group}, {workspace} and so on.
std::string workspace_pattern();
std::string location_pattern();

/// A request to a resource in a workspace that is there.
struct Call {
  const service::Context& context;
  const http::Request& request;
  const http::PathParameters& parameters;
  const domain::Workspace& workspace;

  const std::string& parameter(const char* name) const { return parameters.at(name); }
};
using Operation =
    std::function<base::Result<http::Response>(const http::Request&, const http::PathParameters&)>;
using WorkspaceOperation = std::function<base::Result<http::Response>(const Call&)>;

/// Wraps an operation that needs no workspace: the owner may call it, in a version that we serve,
/// with names that can be. Its error becomes the envelope.
http::Handler owner_only(Operation operation);

/// The same for an operation in a workspace; with GET that workspace's runs may call it too.
http::Handler in_workspace(const service::Context& context, WorkspaceOperation operation);

http::Response ok(const boost::json::object& body);

/// 202 and where to ask for the operation. Without a body.
http::Response accepted(const Call& call, const domain::Operation& operation);

/// The part of an operation's URL that both of its forms share, without a version.
std::string operation_url(const http::Request& request, const std::string& subscription,
                          const std::string& location, const char* form,
                          const domain::OperationId& operation);
inline constexpr const char* kOperationResults = "operationresults";
inline constexpr const char* kOperationStatuses = "operationstatuses";

/// What an operation is about, as its body says it: parts joined with '$'.
std::string operation_resource(const domain::WorkspaceKey& key,
                               const std::vector<std::string>& names);

/// If-Match and If-None-Match.
service::Precondition precondition_of(const http::Request& request);

}  // namespace homeport::api::batchai
