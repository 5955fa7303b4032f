#include "service/snapshots.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <boost/json.hpp>
#include <cerrno>

#include "api/azureml/data_plane.hpp"
#include "api/azureml/routes.hpp"

namespace homeport::api::azureml {
namespace {

namespace json = boost::json;
using http::PathParameters;
using http::Request;
using http::Response;

/// Where the zip of a snapshot can be had, as the service answered: a JSON string.
base::Result<Response> location(const service::Context& context, const Request& request,
                                const PathParameters& parameters,
                                const domain::Workspace& workspace) {
  HP_TRYV(
      service::get_snapshot(context, workspace.id, domain::SnapshotId(parameters.at("snapshot"))));
  const std::string url = fmt::format("{}{}/zip", request.origin(), request.path);
  return json_ok(json::serialize(json::string(url)));
}

base::Result<Response> zip(const service::Context& context, const PathParameters& parameters,
                           const domain::Workspace& workspace) {
  HP_TRY(const auto snapshot, service::get_snapshot(context, workspace.id,
                                                    domain::SnapshotId(parameters.at("snapshot"))));
  base::FileDescriptor file(
      ::open((context.data_directory / snapshot.file).c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return base::system_error("cannot read the snapshot", errno);
  Response response;
  response.headers.set("Content-Type", "application/zip");
  response.body = http::FileBody{std::make_shared<const base::FileDescriptor>(std::move(file)), 0,
                                 snapshot.size_bytes};
  return response;
}

}  // namespace

void add_snapshot_routes(http::Router& router, const service::Context& context) {
  const std::string base = workspace_route("/content/v1.0") + "/snapshots/{snapshot}";
  router.add(
      "GET", base,
      on_data_plane(context, Access::Workspace,
                    [&context](const auto& request, const auto& parameters, const auto& workspace) {
                      return location(context, request, parameters, workspace);
                    }));
  router.add("GET", base + "/zip",
             on_data_plane(context, Access::Workspace,
                           [&context](const auto&, const auto& parameters, const auto& workspace) {
                             return zip(context, parameters, workspace);
                           }));
}

}  // namespace homeport::api::azureml
