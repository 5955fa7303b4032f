#include "security/service_principal.hpp"

#include <boost/json.hpp>

#include "base/file.hpp"
#include "base/text.hpp"
#include "security/json_web_token.hpp"
#include "security/private_path.hpp"

namespace homeport::security {
namespace {

namespace json = boost::json;

constexpr size_t kSecretBytes = 24;

base::Result<ServicePrincipal> make_service_principal(const std::filesystem::path& path) {
  ServicePrincipal made{base::random_uuid(), base::random_uuid(), base::random_uuid(),
                        Secret(base::random_hex(kSecretBytes))};
  const json::object document{{"tenantId", made.tenant_id},
                              {"clientId", made.client_id},
                              {"objectId", made.object_id},
                              {"clientSecret", made.client_secret.reveal()}};
  HP_TRYV(base::write_file_durably(path, json::serialize(document) + "\n", 0600));
  return made;
}

}  // namespace

base::Result<ServicePrincipal> open_service_principal(const std::filesystem::path& path) {
  const base::Result<std::string> text = base::read_file(path);
  if (text.has_error()) {
    if (text.error().code != base::ErrorCode::NotFound) return text.error();
    return make_service_principal(path);
  }
  HP_TRYV(refuse_if_shared(path));
  boost::system::error_code error;
  const json::value document = json::parse(text.value(), error);
  const json::object fields = document.is_object() ? document.get_object() : json::object();
  ServicePrincipal found{text_claim(fields, "tenantId"), text_claim(fields, "clientId"),
                         text_claim(fields, "objectId"),
                         Secret(text_claim(fields, "clientSecret"))};
  if (found.tenant_id.empty() || found.client_id.empty() || found.client_secret.empty()) {
    return base::internal(
        path.string() + " is damaged; restore it from a backup, or remove it to have another made");
  }
  return found;
}

}  // namespace homeport::security
