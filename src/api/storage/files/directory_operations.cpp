#include "api/storage/failure.hpp"
#include "api/storage/files/call.hpp"
#include "api/storage/files/entry_headers.hpp"
#include "api/storage/headers.hpp"
#include "api/storage/listing.hpp"
#include "api/storage/xml.hpp"
#include "base/text.hpp"
#include "objects/names.hpp"

namespace homeport::api::storage::files {
namespace {

constexpr std::string_view kInclude[] = {"timestamps", "etag", "attributes", "permissionkey",
                                         "snapshots"};

http::Response directory_response(int status, const shares::EntryInfo& info) {
  http::Response response{status};
  add_entry_headers(response, info);
  response.headers.set("x-ms-request-server-encrypted", "false");
  return response;
}

std::string render_details(const shares::EntryInfo& info, const ListingRequest& query) {
  std::string text;
  if (query.includes("timestamps")) {
    text += xml_element("CreationTime", to_file_time(info.created)) +
            xml_element("LastAccessTime", to_file_time(info.written)) +
            xml_element("LastWriteTime", to_file_time(info.written)) +
            xml_element("ChangeTime", to_file_time(info.changed)) +
            xml_element("Last-Modified", base::to_http_date(info.modified));
  }
  if (query.includes("etag")) text += xml_element("Etag", "\"" + info.etag + "\"");
  return text;
}

std::string render(const shares::EntryInfo& info, const ListingRequest& query, bool with_id) {
  const bool file = info.kind == shares::EntryKind::File;
  std::string text = file ? "<File>" : "<Directory>";
  if (with_id) text += xml_element("FileId", std::to_string(info.id));
  text += xml_name_element("Name", objects::split_path(info.path).leaf);
  std::string properties = render_details(info, query);
  if (file) properties = xml_element("Content-Length", std::to_string(info.size)) + properties;
  text += properties.empty() ? "<Properties />" : "<Properties>" + properties + "</Properties>";
  if (query.includes("attributes")) text += xml_element("Attributes", info.attributes);
  if (query.includes("permissionkey")) {
    text += xml_element("PermissionKey", permission_key_of(info));
  }
  return text + (file ? "</File>" : "</Directory>");
}

}  // namespace

Outcome create_directory(const Call& call) {
  HP_TRY(const auto changes, changes_of(call, Missing::Keep));
  HP_TRY(const auto info, call.entries().create_directory(call.entry(), changes));
  return directory_response(201, info);
}

Outcome delete_directory(const Call& call) {
  HP_TRYV(call.entries().remove(call.entry(), shares::EntryKind::Directory, {}));
  return http::Response{202};
}

Outcome directory_properties(const Call& call) {
  HP_TRY(const auto info, call.entries().find(call.entry(), shares::EntryKind::Directory));
  http::Response response{200};
  add_entry_headers(response, info);
  add_metadata(response, info.metadata);
  response.headers.set("x-ms-server-encrypted", "false");
  return response;
}

Outcome set_directory_properties(const Call& call) {
  HP_TRY(const auto changes, changes_of(call, Missing::Keep));
  HP_TRY(const auto info,
         call.entries().update(call.entry(), shares::EntryKind::Directory, changes));
  return directory_response(200, info);
}

Outcome set_directory_metadata(const Call& call) {
  shares::EntryChanges changes;
  HP_TRY(changes.metadata, metadata_of(call.request));
  HP_TRY(const auto info,
         call.entries().update(call.entry(), shares::EntryKind::Directory, changes));
  return directory_response(200, info);
}

Outcome list_directory(const Call& call) {
  HP_TRY(const ListingRequest query, parse_listing(call.request, kInclude));
  const bool extended =
      base::equals_ignoring_case(call.request.headers.get("x-ms-file-extended-info"), "true");
  const auto detail = query.include.empty() ? shares::Detail::Names : shares::Detail::Full;
  HP_TRY(const auto directory, call.entries().find(call.entry(), shares::EntryKind::Directory));
  HP_TRY(const auto listing, call.entries().list(call.entry(), query.query, detail));
  std::string text =
      render_listing_head(call.request, call.resource, query,
                          " ShareName=\"" + xml_escape(call.resource.container) +
                              "\" DirectoryPath=\"" + xml_escape(directory.path) + "\"");
  if (extended) text += xml_element("DirectoryId", std::to_string(directory.id));
  text += "<Entries>";
  for (const shares::EntryInfo& info : listing.entries) text += render(info, query, extended);
  text +=
      "</Entries>" + xml_element("NextMarker", to_marker(listing.next)) + "</EnumerationResults>";
  return http::text_response(200, "application/xml", std::move(text));
}

// Handles are those that clients of SMB hold open; nothing here speaks SMB.
Outcome list_handles(const Call& call) {
  return http::text_response(200, "application/xml",
                             render_listing_head(call.request, call.resource, {}, "") +
                                 "<Entries /><NextMarker /></EnumerationResults>");
}

Outcome close_handles(const Call& call) {
  if (call.request.headers.get("x-ms-handle-id") != "*") {
    return base::not_found("InvalidHandle", "there is no such handle");
  }
  http::Response response{200};
  response.headers.set("x-ms-number-of-handles-closed", "0");
  response.headers.set("x-ms-number-of-handles-failed", "0");
  return response;
}

}  // namespace homeport::api::storage::files
