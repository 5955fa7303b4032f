#include "api/storage/blob/call.hpp"
#include "api/storage/listing.hpp"
#include "api/storage/xml.hpp"
#include "base/text.hpp"

namespace homeport::api::storage::blob {
namespace {

// What the others name no container has here, so a list without it is true.
constexpr std::string_view kInclude[] = {"metadata", "deleted", "system"};

std::string render(const objects::ContainerInfo& info, bool with_metadata, base::TimePoint now) {
  std::string text = "<Container>" + xml_element("Name", info.name) + "<Properties>" +
                     xml_element("Last-Modified", base::to_http_date(info.modified)) +
                     xml_element("Etag", "\"" + info.etag + "\"") + render_lease(info.lease, now) +
                     "<HasImmutabilityPolicy>false</HasImmutabilityPolicy>"
                     "<HasLegalHold>false</HasLegalHold></Properties>";
  if (with_metadata) text += render_metadata(info.metadata);
  return text + "</Container>";
}

}  // namespace

Outcome list_containers(const Call& call) {
  HP_TRY(const ListingRequest query, parse_listing(call.request, kInclude));
  HP_TRY(const auto listing, call.store().list_containers(call.resource.account, query.query));
  std::string text = render_listing_head(call.request, call.resource, query, "");
  text += "<Containers>";
  for (const objects::ContainerInfo& info : listing.entries) {
    text += render(info, query.includes("metadata"), call.now());
  }
  text += "</Containers>" + xml_element("NextMarker", to_marker(listing.next)) +
          "</EnumerationResults>";
  return http::text_response(200, "application/xml", std::move(text));
}

Outcome account_information(const Call&) {
  http::Response response;
  response.headers.set("x-ms-sku-name", "Standard_LRS");
  response.headers.set("x-ms-account-kind", "StorageV2");
  response.headers.set("x-ms-is-hns-enabled", "false");
  return response;
}

}  // namespace homeport::api::storage::blob
