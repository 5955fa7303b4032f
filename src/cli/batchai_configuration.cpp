#include "cli/batchai_configuration.hpp"

#include <boost/json.hpp>

#include "api/gateway/published_name.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/json.hpp"
#include "security/tokens.hpp"

namespace homeport::cli {
namespace {

namespace json = boost::json;

constexpr const char* kAdministrator = "homeport";

std::string last_segment(const std::string& id) {
  return id.substr(id.rfind('/') + 1);
}

/// Nodes need an administrator's password in the service's own terms; this one is always the same
/// for a server, without being kept anywhere.
std::string administrator_password(const std::string& client_secret) {
  return base::to_hex(security::hmac_sha256(client_secret, "administrator of nodes")).substr(0, 24);
}

}  // namespace

base::Result<json::object> batchai_configuration(Client& client) {
  HP_TRY(const std::string path, client.workspace_path());
  HP_TRY(const json::value workspace, client.get(path + std::string(kArmVersion)));
  HP_TRY(const json::value keys,
         client.send_json("POST", path + "/listKeys" + std::string(kArmVersion), json::object()));
  HP_TRY(const json::value credentials,
         client.send_json(
             "POST", "/providers/Homeport.Compute/listClientCredentials" + std::string(kOwnVersion),
             json::object()));
  const domain::WorkspaceKey& key = client.address().workspace;
  const std::string secret = text_at(credentials, "/clientSecret");
  return json::object{
      {"subscription_id", key.subscription_id},
      {"aad_client_id", text_at(credentials, "/clientId")},
      {"aad_secret", secret},
      {"aad_tenant", text_at(credentials, "/tenantId")},
      {"location", text_at(workspace, "/location")},
      {"base_url", "https://" + std::string(api::gateway::kManagementHost)},
      {"resource_group", key.resource_group},
      {"workspace", key.name},
      {"storage_account",
       {{"name", last_segment(text_at(keys, "/userStorageResourceId"))},
        {"key", text_at(keys, "/userStorageKey")}}},
      {"admin_user", {{"name", kAdministrator}, {"password", administrator_password(secret)}}}};
}

base::Result<void> write_batchai_configuration(Client& client, const std::filesystem::path& file) {
  HP_TRY(const json::object document, batchai_configuration(client));
  return base::write_file_durably(file, pretty(document), 0600);
}

}  // namespace homeport::cli
