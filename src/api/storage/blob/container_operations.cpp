#include "api/storage/blob/call.hpp"
#include "api/storage/failure.hpp"
#include "api/storage/headers.hpp"
#include "api/storage/listing.hpp"
#include "api/storage/signed_identifiers.hpp"
#include "api/storage/xml.hpp"
#include "base/text.hpp"

namespace homeport::api::storage::blob {
namespace {

// Some of them name what no blob has here, so a list without it is true.
constexpr std::string_view kInclude[] = {"metadata",    "uncommittedblobs",
                                         "snapshots",   "copy",
                                         "deleted",     "versions",
                                         "tags",        "immutabilitypolicy",
                                         "legalhold",   "deletedwithversions",
                                         "permissions", "system"};

constexpr uint64_t kMaxAclBytes = 64U << 10;

// As an account answers whose owner forbade it: nothing here is read without a key.
base::Result<void> refuse_public_access(const http::Request& request) {
  if (!request.headers.has("x-ms-blob-public-access")) return base::success();
  return failure(base::ErrorCode::Conflict, "PublicAccessNotPermitted",
                 "public access is not permitted on this storage account; use a SAS");
}

std::string render(const objects::ObjectInfo& info, bool with_metadata) {
  const objects::ContentProperties& properties = info.properties;
  std::string text =
      "<Blob>" + xml_name_element("Name", info.name) + "<Properties>" +
      xml_element("Creation-Time", base::to_http_date(info.created)) +
      xml_element("Last-Modified", base::to_http_date(info.modified)) +
      xml_element("Etag", info.etag) + xml_element("Content-Length", std::to_string(info.size)) +
      xml_element("Content-Type", properties.type) +
      xml_element("Content-Encoding", properties.encoding) +
      xml_element("Content-Language", properties.language) +
      xml_element("Content-MD5", base::base64_encode(properties.md5)) +
      xml_element("Cache-Control", properties.cache_control) +
      xml_element("Content-Disposition", properties.disposition) +
      "<BlobType>BlockBlob</BlobType><LeaseStatus>unlocked</LeaseStatus>"
      "<LeaseState>available</LeaseState><ServerEncrypted>false</ServerEncrypted></Properties>";
  if (with_metadata) text += render_metadata(info.metadata);
  return text + "</Blob>";
}

http::Response container_response(int status, const objects::ContainerInfo& info) {
  http::Response response{status};
  add_version_headers(response, info.etag, info.modified);
  return response;
}

}  // namespace

Outcome create_container(const Call& call) {
  HP_TRYV(refuse_public_access(call.request));
  HP_TRY(const auto metadata, metadata_of(call.request));
  HP_TRY(const auto info, call.store().create_container(call.container(), metadata));
  return container_response(201, info);
}

Outcome delete_container(const Call& call) {
  HP_TRYV(call.store().remove_container(call.container(), {}));
  return http::Response{202};
}

Outcome container_properties(const Call& call) {
  HP_TRY(const auto info, call.store().container(call.container()));
  http::Response response = container_response(200, info);
  add_metadata(response, info.metadata);
  response.headers.set("x-ms-lease-status", "unlocked");
  response.headers.set("x-ms-lease-state", "available");
  response.headers.set("x-ms-has-immutability-policy", "false");
  response.headers.set("x-ms-has-legal-hold", "false");
  return response;
}

Outcome set_container_metadata(const Call& call) {
  objects::ContainerChanges changes;
  HP_TRY(changes.metadata, metadata_of(call.request));
  HP_TRY(const auto info, call.store().update_container(call.container(), changes));
  return container_response(200, info);
}

Outcome container_acl(const Call& call) {
  HP_TRY(const auto info, call.store().container(call.container()));
  http::Response response = container_response(200, info);
  response.headers.set("Content-Type", "application/xml");
  response.body = render_signed_identifiers(info.policies);
  return response;
}

Outcome set_container_acl(const Call& call) {
  HP_TRYV(refuse_public_access(call.request));
  HP_TRY(const std::string text, body_text(call.request.body, kMaxAclBytes));
  objects::ContainerChanges changes;
  HP_TRY(changes.policies, parse_signed_identifiers(text));
  HP_TRY(const auto info, call.store().update_container(call.container(), changes));
  return container_response(200, info);
}

Outcome list_blobs(const Call& call) {
  HP_TRY(const ListingRequest query, parse_listing(call.request, kInclude));
  if (query.includes("uncommittedblobs")) {
    return base::not_implemented("List Blobs with include=uncommittedblobs");
  }
  HP_TRY(const auto listing, call.store().list(call.container(), query.query));
  std::string text =
      render_listing_head(call.request, call.resource, query,
                          " ContainerName=\"" + xml_escape(call.resource.container) + "\"");
  text += "<Blobs>";
  for (const objects::ListEntry& entry : listing.entries) {
    if (entry.object) {
      text += render(*entry.object, query.includes("metadata"));
    } else {
      text += "<BlobPrefix>" + xml_name_element("Name", entry.name) + "</BlobPrefix>";
    }
  }
  text += "</Blobs>" + xml_element("NextMarker", to_marker(listing.next)) + "</EnumerationResults>";
  return http::text_response(200, "application/xml", std::move(text));
}

}  // namespace homeport::api::storage::blob
