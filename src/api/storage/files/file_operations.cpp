#include "api/storage/content_response.hpp"
#include "api/storage/failure.hpp"
#include "api/storage/files/call.hpp"
#include "api/storage/files/entry_headers.hpp"
#include "api/storage/headers.hpp"
#include "base/text.hpp"

namespace homeport::api::storage::files {
namespace {

constexpr int64_t kMaxFileBytes = 4LL << 40;
constexpr uint64_t kMaxFirstBytes = 4ULL << 20;

http::Response written(int status, const shares::EntryInfo& info) {
  http::Response response{status};
  add_entry_headers(response, info);
  response.headers.set("x-ms-request-server-encrypted", "false");
  return response;
}

base::Result<uint64_t> size_header(const http::Request& request) {
  const std::string_view text = request.headers.get("x-ms-content-length");
  const auto size = base::parse_integer(text);
  if (size && *size >= 0 && *size <= kMaxFileBytes) return static_cast<uint64_t>(*size);
  if (text.empty()) {
    return bad_request("MissingRequiredHeader", "x-ms-content-length is missing");
  }
  return bad_request("InvalidHeaderValue", "x-ms-content-length is a number up to 4 TiB");
}

}  // namespace

Outcome create_file(const Call& call) {
  const std::string_view type = call.request.headers.get("x-ms-type");
  if (!base::equals_ignoring_case(type, "file")) {
    return bad_request(type.empty() ? "MissingRequiredHeader" : "InvalidHeaderValue",
                       "x-ms-type is file");
  }
  HP_TRY(auto changes, changes_of(call, Missing::Keep));
  HP_TRY(const uint64_t size, size_header(call.request));
  changes.size = size;
  // Newer clients send a small file with its creation.
  const uint64_t first = call.request.body.size;
  if (first > size || first > kMaxFirstBytes) {
    return bad_request("InvalidInput", "the body is larger than the file, or than 4 MiB");
  }
  const objects::Content content = content_of(call.request.body);
  HP_TRY(const std::string md5, transfer_md5(call.request));
  HP_TRY(const std::string actual, objects::md5_of(content));
  HP_TRYV(objects::check_md5(md5, actual));
  HP_TRY(const auto info, call.entries().create_file(call.entry(), content, changes));
  return written(201, info);
}

Outcome get_file(const Call& call) {
  HP_TRY(auto entry, call.entries().open_file(call.entry()));
  http::Response response;
  add_file_headers(response, call, entry.info);
  apply_overrides(response, call.grant);
  HP_TRYV(send_content(
      response, call.request,
      {std::move(entry.file), entry.info.size, entry.info.properties.md5, "x-ms-content-md5"}));
  return response;
}

Outcome head_file(const Call& call) {
  HP_TRY(const auto info, call.entries().find(call.entry(), shares::EntryKind::File));
  http::Response response;
  add_file_headers(response, call, info);
  apply_overrides(response, call.grant);
  add_md5(response, "Content-MD5", info.properties.md5);
  response.headers.set("Content-Length", std::to_string(info.size));
  return response;
}

Outcome delete_file(const Call& call) {
  HP_TRYV(call.entries().remove(call.entry(), shares::EntryKind::File, {}));
  return http::Response{202};
}

Outcome set_file_properties(const Call& call) {
  HP_TRY(auto changes, changes_of(call, Missing::Replace));
  if (call.request.headers.has("x-ms-content-length")) {
    HP_TRY(changes.size, size_header(call.request));
  }
  changes.metadata.reset();
  HP_TRY(const auto info, call.entries().update(call.entry(), shares::EntryKind::File, changes));
  return written(200, info);
}

Outcome file_metadata(const Call& call) {
  HP_TRY(const auto info, call.entries().find(call.entry(), shares::EntryKind::File));
  http::Response response{200};
  add_version_headers(response, info.etag, info.modified);
  add_metadata(response, info.metadata);
  return response;
}

Outcome set_file_metadata(const Call& call) {
  shares::EntryChanges changes;
  HP_TRY(changes.metadata, metadata_of(call.request));
  HP_TRY(const auto info, call.entries().update(call.entry(), shares::EntryKind::File, changes));
  return written(200, info);
}

}  // namespace homeport::api::storage::files
