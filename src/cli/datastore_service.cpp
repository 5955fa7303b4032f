#include "cli/datastore_service.hpp"

#include <boost/json.hpp>

#include "cli/client.hpp"
#include "cli/json.hpp"

namespace homeport::cli {

namespace json = boost::json;

base::Result<std::vector<json::value>> list_datastores(Client& client) {
  HP_TRY(const std::string workspace, client.workspace_path());
  const std::string path = "/datastore/v1.0" + workspace + "/datastores";
  std::vector<json::value> datastores;
  std::string query;
  while (true) {
    HP_TRY(const json::value page, client.get(path + query));
    const auto& values = array_at(page, "/value");
    datastores.insert(datastores.end(), values.begin(), values.end());
    const std::string next = text_at(page, "/continuationToken");
    if (next.empty()) {
      return datastores;
    }
    query = "?continuationToken=" + path_segment(next);
  }
}

base::Result<BlobContainer> open_datastore(Client& client, Transport& transport,
                                           const std::string& name) {
  HP_TRY(const std::string workspace, client.workspace_path());
  HP_TRY(const json::value datastore, client.get("/datastore/v1.0" + workspace + "/datastores/" +
                                                 path_segment(name) + "?includeSecret=true"));
  const std::string kind = text_at(datastore, "/dataStoreType");
  if (kind != "AzureBlob") {
    return base::not_implemented("data of the datastore " + name + ", which is of the kind " +
                                 kind + ",");
  }
  const json::value& storage = at(datastore, "/azureStorageSection");
  const std::string account = text_at(storage, "/accountName");
  std::string key = text_at(storage, "/accountKey");
  if (key.empty()) {
    key = text_at(storage, "/credential");
  }
  return BlobContainer(transport,
                       container_url(text_at(storage, "/protocol"), text_at(storage, "/endpoint"),
                                     account, text_at(storage, "/containerName")),
                       account, security::Secret(key));
}

}  // namespace homeport::cli
