#include "api/storage/signed_identifiers.hpp"

#include <algorithm>

#include "api/storage/failure.hpp"
#include "api/storage/xml.hpp"
#include "api/storage/xml_reader.hpp"

namespace homeport::api::storage {
namespace {

constexpr size_t kMaxPolicies = 5;
constexpr size_t kMaxIdBytes = 64;

base::Error bad_policy(std::string message) {
  return bad_request("InvalidXmlDocument", std::move(message));
}

}  // namespace

base::Result<std::vector<objects::StoredPolicy>> parse_signed_identifiers(std::string_view text) {
  std::vector<objects::StoredPolicy> policies;
  if (text.empty()) return policies;
  HP_TRY(const XmlElement root, parse_xml(text));
  if (root.name != "SignedIdentifiers") return bad_policy("SignedIdentifiers expected");
  for (const XmlElement& identifier : root.children) {
    objects::StoredPolicy policy;
    policy.id = identifier.text_of("Id");
    if (identifier.name != "SignedIdentifier" || policy.id.empty() ||
        policy.id.size() > kMaxIdBytes) {
      return bad_policy("a SignedIdentifier has an Id of 1 to 64 characters");
    }
    if (std::ranges::find(policies, policy.id, &objects::StoredPolicy::id) != policies.end()) {
      return bad_policy("two policies have the Id '" + policy.id + "'");
    }
    if (const XmlElement* access = identifier.find("AccessPolicy")) {
      policy.start = access->text_of("Start");
      policy.expiry = access->text_of("Expiry");
      policy.permissions = access->text_of("Permission");
    }
    policies.push_back(std::move(policy));
  }
  if (policies.size() > kMaxPolicies) return bad_policy("at most five policies can be stored");
  return policies;
}

std::string render_signed_identifiers(const std::vector<objects::StoredPolicy>& policies) {
  std::string text = std::string(kXmlDeclaration) + "<SignedIdentifiers>";
  for (const objects::StoredPolicy& policy : policies) {
    text += "<SignedIdentifier>" + xml_element("Id", policy.id) + "<AccessPolicy>";
    if (!policy.start.empty()) text += xml_element("Start", policy.start);
    if (!policy.expiry.empty()) text += xml_element("Expiry", policy.expiry);
    if (!policy.permissions.empty()) text += xml_element("Permission", policy.permissions);
    text += "</AccessPolicy></SignedIdentifier>";
  }
  return text + "</SignedIdentifiers>";
}

}  // namespace homeport::api::storage
