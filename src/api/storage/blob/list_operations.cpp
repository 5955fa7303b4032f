#include "api/storage/blob/blob_properties.hpp"
#include "api/storage/blob/call.hpp"
#include "api/storage/listing.hpp"
#include "api/storage/xml.hpp"

namespace homeport::api::storage::blob {
namespace {

// Some of them name what no blob has here, so a list without it is true.
constexpr std::string_view kInclude[] = {"metadata",    "uncommittedblobs",
                                         "snapshots",   "copy",
                                         "deleted",     "versions",
                                         "tags",        "immutabilitypolicy",
                                         "legalhold",   "deletedwithversions",
                                         "permissions", "system"};

}  // namespace

Outcome list_blobs(const Call& call) {
  HP_TRY(ListingRequest query, parse_listing(call.request, kInclude));
  if (query.includes("uncommittedblobs")) {
    return base::not_implemented("List Blobs with include=uncommittedblobs");
  }
  query.query.snapshots = query.includes("snapshots");
  HP_TRY(const auto listing, call.store().list(call.container(), query.query));
  std::string text =
      render_listing_head(call.request, call.resource, query,
                          " ContainerName=\"" + xml_escape(call.resource.container) + "\"");
  text += "<Blobs>";
  const Shown shown{query.includes("metadata"), query.includes("copy")};
  for (const objects::ListEntry& entry : listing.entries) {
    if (entry.object) {
      text += render_blob(*entry.object, shown, call.now());
    } else {
      text += "<BlobPrefix>" + xml_name_element("Name", entry.name) + "</BlobPrefix>";
    }
  }
  text += "</Blobs>" + xml_element("NextMarker", to_marker(listing.next, listing.next_snapshot)) +
          "</EnumerationResults>";
  return http::text_response(200, "application/xml", std::move(text));
}

}  // namespace homeport::api::storage::blob
