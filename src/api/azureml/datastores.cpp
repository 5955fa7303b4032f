#include "service/datastores.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "api/azureml/data_plane.hpp"
#include "api/azureml/routes.hpp"
#include "api/http/access.hpp"
#include "api/http/json.hpp"
#include "base/text.hpp"

namespace homeport::api::azureml {
namespace {

namespace json = boost::json;
using http::PathParameters;
using http::Request;
using http::Response;

/// Secrets are shown to the owner who asks for them with includeSecret, and to nobody else.
bool shows_secret(const Request& request) {
  if (http::require_owner(request.principal).has_error()) return false;
  const auto wanted = request.parameter("includeSecret");
  return wanted && base::equals_ignoring_case(*wanted, "true");
}

base::Result<json::object> to_json(const service::Context& context, const Request& request,
                                   const domain::Datastore& datastore) {
  json::object storage{{"accountName", datastore.account}, {"containerName", datastore.container},
                       {"endpoint", request.host},         {"protocol", request.scheme},
                       {"credentialType", "AccountKey"},   {"isSas", false}};
  if (shows_secret(request)) {
    HP_TRY(const security::Secret key, service::datastore_key(context, datastore));
    storage["credential"] = key.reveal();
    storage["accountKey"] = key.reveal();
  }
  const bool blob = datastore.kind == domain::DatastoreKind::Blob;
  return json::object{{"name", datastore.name},
                      {"dataStoreType", blob ? "AzureBlob" : "AzureFile"},
                      {"hasBeenValidated", true},
                      {"tags", http::to_object(datastore.tags)},
                      {"azureStorageSection", std::move(storage)}};
}

base::Result<Response> one(const service::Context& context, const Request& request,
                           const domain::Datastore& datastore) {
  HP_TRY(const json::object body, to_json(context, request, datastore));
  return json_ok(json::serialize(body));
}

base::Result<Response> list(const service::Context& context, const Request& request,
                            const domain::Workspace& workspace) {
  HP_TRY(const auto datastores, service::list_datastores(context, workspace.id));
  json::array value;
  for (const domain::Datastore& datastore : datastores) {
    HP_TRY(json::object entry, to_json(context, request, datastore));
    value.push_back(std::move(entry));
  }
  return json_ok(json::serialize(json::object{{"value", std::move(value)}}));
}

base::Result<service::DatastoreDraft> parse_draft(const json::object& body) {
  service::DatastoreDraft draft;
  HP_TRY(const auto name, http::optional_string(body, "name"));
  HP_TRY(const auto type, http::optional_string(body, "dataStoreType"));
  HP_TRY(const json::object storage, http::object_field(body, "azureStorageSection"));
  HP_TRY(const auto account, http::optional_string(storage, "accountName"));
  HP_TRY(const auto container, http::optional_string(storage, "containerName"));
  HP_TRY(auto key, http::optional_string(storage, "accountKey"));
  if (!key) {
    HP_TRY(key, http::optional_string(storage, "credential"));
  }
  HP_TRY(draft.tags, http::string_map(body, "tags"));
  const std::string kind = type.value_or("AzureBlob");
  if (base::equals_ignoring_case(kind, "AzureFile")) {
    draft.kind = domain::DatastoreKind::FileShare;
  } else if (!base::equals_ignoring_case(kind, "AzureBlob")) {
    return base::not_implemented(fmt::format("a datastore of the type {}", kind));
  }
  if (!account) return base::invalid_argument("accountName", "accountName must be given");
  if (!container) return base::invalid_argument("containerName", "containerName must be given");
  draft.name = name.value_or("");
  draft.account = *account;
  draft.container = *container;
  draft.account_key = security::Secret(key.value_or(""));
  return draft;
}

base::Result<Response> put(const service::Context& context, const Request& request,
                           const domain::Workspace& workspace, service::Replace replace) {
  HP_TRY(const json::object body, http::json_object(request));
  HP_TRY(const service::DatastoreDraft draft, parse_draft(body));
  HP_TRYV(service::register_datastore(context, workspace, draft, replace));
  return Response{200};
}

}  // namespace

void add_datastore_routes(http::Router& router, const service::Context& context) {
  const std::string base = workspace_route("/datastore/v1.0");
  const auto add = [&](const char* method, const std::string& path, Access access, auto operation) {
    router.add(method, path,
               on_data_plane(context, access,
                             [&context, operation](
                                 const Request& request, const PathParameters& parameters,
                                 const domain::Workspace& workspace) -> base::Result<Response> {
                               return operation(context, request, parameters, workspace);
                             }));
  };
  add("GET", base + "/datastores", Access::Workspace,
      [](const auto& c, const auto& request, const auto&, const auto& w) {
        return list(c, request, w);
      });
  add("POST", base + "/datastores", Access::Owner,
      [](const auto& c, const auto& request, const auto&, const auto& w) {
        return put(c, request, w, service::Replace::No);
      });
  add("PUT", base + "/datastores/{name}", Access::Owner,
      [](const auto& c, const auto& request, const auto&, const auto& w) {
        return put(c, request, w, service::Replace::Yes);
      });
  add("GET", base + "/datastores/{name}", Access::Workspace,
      [](const auto& c, const auto& request, const auto& p,
         const auto& w) -> base::Result<Response> {
        HP_TRY(const auto datastore, service::get_datastore(c, w.id, p.at("name")));
        return one(c, request, datastore);
      });
  add("DELETE", base + "/datastores/{name}", Access::Owner,
      [](const auto& c, const auto&, const auto& p, const auto& w) -> base::Result<Response> {
        HP_TRYV(service::remove_datastore(c, w, p.at("name")));
        return Response{200};
      });
  add("GET", base + "/default", Access::Workspace,
      [](const auto& c, const auto& request, const auto&, const auto& w) -> base::Result<Response> {
        HP_TRY(const auto datastore, service::get_default_datastore(c, w));
        return one(c, request, datastore);
      });
  add("PUT", base + "/default/{name}", Access::Owner,
      [](const auto& c, const auto&, const auto& p, const auto& w) -> base::Result<Response> {
        HP_TRYV(service::set_default_datastore(c, w, p.at("name")));
        return Response{200};
      });
}

}  // namespace homeport::api::azureml
