#include <boost/json.hpp>

#include "api/azureml/data_plane.hpp"
#include "api/azureml/routes.hpp"

namespace homeport::api::azureml {
namespace {

/// Every service of the data plane is this server, at the address by which the client found it.
http::Response discovery(const http::Request& request) {
  boost::json::object services;
  for (const char* name : {"api", "catalog", "experimentation", "gallery", "history", "hyperdrive",
                           "labeling", "modelmanagement", "pipelines", "studio", "notebooks"}) {
    services[name] = request.origin();
  }
  return json_ok(boost::json::serialize(services));
}

}  // namespace

void add_discovery_routes(http::Router& router, const service::Context&) {
  // Clients ask before they have a token, and some for a workspace below the address.
  const http::Handler handler = [](const http::Request& request, const http::PathParameters&) {
    return discovery(request);
  };
  router.add("GET", "/discovery", handler);
  router.add("GET", "/discovery/{rest...}", handler);
}

}  // namespace homeport::api::azureml
