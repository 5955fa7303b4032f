#include "api/storage/failure.hpp"
#include "api/storage/files/call.hpp"
#include "api/storage/files/entry_headers.hpp"
#include "api/storage/headers.hpp"
#include "api/storage/listing.hpp"
#include "api/storage/service_properties.hpp"
#include "api/storage/signed_identifiers.hpp"
#include "api/storage/xml.hpp"
#include "base/text.hpp"
#include "objects/shares.hpp"

namespace homeport::api::storage::files {
namespace {

constexpr std::string_view kInclude[] = {"metadata", "snapshots", "deleted"};
constexpr uint64_t kMaxAclBytes = 64U << 10;
constexpr int64_t kMaxQuotaGib = 102'400;
constexpr uint32_t kDefaultQuotaGib = 5'120;
constexpr uint64_t kGib = 1ULL << 30;

uint32_t quota_of(const objects::ContainerInfo& info) {
  return info.quota_gib == 0 ? kDefaultQuotaGib : info.quota_gib;
}

std::string tier_of(const objects::ContainerInfo& info) {
  return info.access_tier.empty() ? "TransactionOptimized" : info.access_tier;
}

http::Response share_response(int status, const objects::ContainerInfo& info) {
  http::Response response{status};
  add_version_headers(response, info.etag, info.modified);
  return response;
}

// What the headers say of quota and tier.
base::Result<objects::ContainerChanges> settings_of(const http::Request& request) {
  objects::ContainerChanges changes;
  if (const std::string_view text = request.headers.get("x-ms-share-quota"); !text.empty()) {
    const auto quota = base::parse_integer(text);
    if (!quota || *quota < 1 || *quota > kMaxQuotaGib) {
      return bad_request("InvalidHeaderValue", "x-ms-share-quota is a number from 1 to 102400");
    }
    changes.quota_gib = static_cast<uint32_t>(*quota);
  }
  if (const std::string_view tier = request.headers.get("x-ms-access-tier"); !tier.empty()) {
    changes.access_tier = std::string(tier);
  }
  const std::string_view protocols = request.headers.get("x-ms-enabled-protocols");
  if (!protocols.empty() && !base::equals_ignoring_case(protocols, "SMB")) {
    return base::not_implemented("a share of the protocol " + std::string(protocols));
  }
  return changes;
}

std::string render(const objects::ContainerInfo& info, bool with_metadata) {
  std::string text = "<Share>" + xml_element("Name", info.name) + "<Properties>" +
                     xml_element("Last-Modified", base::to_http_date(info.modified)) +
                     xml_element("Etag", "\"" + info.etag + "\"") +
                     xml_element("Quota", std::to_string(quota_of(info))) +
                     xml_element("AccessTier", tier_of(info)) +
                     "<EnabledProtocols>SMB</EnabledProtocols><LeaseStatus>unlocked</LeaseStatus>"
                     "<LeaseState>available</LeaseState></Properties>";
  if (with_metadata) text += render_metadata(info.metadata);
  return text + "</Share>";
}

}  // namespace

Outcome list_shares(const Call& call) {
  HP_TRY(const ListingRequest query, parse_listing(call.request, kInclude));
  HP_TRY(const auto listing, call.parts.store.list_containers(
                                 objects::share_account(call.resource.account), query.query));
  std::string text = render_listing_head(call.request, call.resource, query, "") + "<Shares>";
  for (const objects::ContainerInfo& info : listing.entries) {
    text += render(info, query.includes("metadata"));
  }
  text +=
      "</Shares>" + xml_element("NextMarker", to_marker(listing.next)) + "</EnumerationResults>";
  return http::text_response(200, "application/xml", std::move(text));
}

Outcome get_service_properties(const Call& call) {
  return service_properties(call.resource.service);
}

Outcome set_service_properties(const Call& call) {
  return storage::set_service_properties(call.request);
}

Outcome create_share(const Call& call) {
  HP_TRY(const auto metadata, metadata_of(call.request));
  HP_TRY(const auto settings, settings_of(call.request));
  HP_TRY(auto info, call.parts.store.create_container(call.share(), metadata));
  if (settings.quota_gib || settings.access_tier) {
    HP_TRY(info, call.parts.store.update_container(call.share(), settings));
  }
  return share_response(201, info);
}

Outcome delete_share(const Call& call) {
  HP_TRYV(call.parts.store.remove_container(call.share(), {}));
  return http::Response{202};
}

Outcome share_properties(const Call& call) {
  HP_TRY(const auto info, call.parts.store.container(call.share()));
  http::Response response = share_response(200, info);
  add_metadata(response, info.metadata);
  response.headers.set("x-ms-share-quota", std::to_string(quota_of(info)));
  if (!speaks(call.request, kWithShareLeases)) return response;
  response.headers.set("x-ms-access-tier", tier_of(info));
  response.headers.set("x-ms-enabled-protocols", "SMB");
  response.headers.set("x-ms-lease-status", "unlocked");
  response.headers.set("x-ms-lease-state", "available");
  return response;
}

Outcome set_share_properties(const Call& call) {
  HP_TRY(const auto settings, settings_of(call.request));
  HP_TRY(const auto info, call.parts.store.update_container(call.share(), settings));
  return share_response(200, info);
}

Outcome set_share_metadata(const Call& call) {
  objects::ContainerChanges changes;
  HP_TRY(changes.metadata, metadata_of(call.request));
  HP_TRY(const auto info, call.parts.store.update_container(call.share(), changes));
  return share_response(200, info);
}

Outcome share_acl(const Call& call) {
  HP_TRY(const auto info, call.parts.store.container(call.share()));
  http::Response response = share_response(200, info);
  response.headers.set("Content-Type", "application/xml");
  response.body = render_signed_identifiers(info.policies);
  return response;
}

Outcome set_share_acl(const Call& call) {
  HP_TRY(const std::string text, body_text(call.request.body, kMaxAclBytes));
  objects::ContainerChanges changes;
  HP_TRY(changes.policies, parse_signed_identifiers(text));
  HP_TRY(const auto info, call.parts.store.update_container(call.share(), changes));
  return share_response(200, info);
}

Outcome share_stats(const Call& call) {
  HP_TRY(const uint64_t bytes, call.entries().usage(call.share()));
  HP_TRY(const auto info, call.parts.store.container(call.share()));
  http::Response response = share_response(200, info);
  response.headers.set("Content-Type", "application/xml");
  // Versions up to 2017-11-09 know whole GiB only.
  response.body = std::string(kXmlDeclaration) + "<ShareStats>" +
                  xml_element("ShareUsage", std::to_string((bytes + kGib - 1) / kGib)) +
                  xml_element("ShareUsageBytes", std::to_string(bytes)) + "</ShareStats>";
  return response;
}

}  // namespace homeport::api::storage::files
