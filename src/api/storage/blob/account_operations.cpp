#include "api/storage/blob/call.hpp"
#include "api/storage/blob/listing_query.hpp"
#include "api/storage/xml.hpp"
#include "base/text.hpp"

namespace homeport::api::storage::blob {
namespace {

std::string render(const objects::ContainerInfo& info, bool with_metadata) {
  std::string text = "<Container>" + xml_element("Name", info.name) + "<Properties>" +
                     xml_element("Last-Modified", base::to_http_date(info.modified)) +
                     xml_element("Etag", "\"" + info.etag + "\"") +
                     "<LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState>"
                     "<HasImmutabilityPolicy>false</HasImmutabilityPolicy>"
                     "<HasLegalHold>false</HasLegalHold></Properties>";
  if (with_metadata) text += render_metadata(info.metadata);
  return text + "</Container>";
}

}  // namespace

Outcome list_containers(const Call& call) {
  HP_TRY(const ListingQuery query, parse_listing_query(call.request));
  HP_TRY(const auto listing, call.store().list_containers(call.resource.account, query.query));
  std::string text = render_listing_head(call, query, "");
  text += "<Containers>";
  for (const objects::ContainerInfo& info : listing.entries) {
    text += render(info, query.include_metadata);
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
