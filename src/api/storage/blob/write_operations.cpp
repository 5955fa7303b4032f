#include "api/storage/blob/call.hpp"
#include "api/storage/blob/conditions.hpp"
#include "api/storage/failure.hpp"
#include "api/storage/headers.hpp"
#include "base/text.hpp"

namespace homeport::api::storage::blob {
namespace {

http::Response written(int status, const objects::ObjectInfo& info) {
  http::Response response{status};
  add_version_headers(response, info.etag, info.modified);
  response.headers.set("x-ms-request-server-encrypted", "false");
  return response;
}

base::Result<void> check_blob_type(const http::Request& request) {
  const std::string_view type = request.headers.get("x-ms-blob-type");
  if (type == "BlockBlob") return base::success();
  if (type == "AppendBlob" || type == "PageBlob") {
    return base::not_implemented("Put Blob of an " + std::string(type));
  }
  if (type.empty()) return bad_request("MissingRequiredHeader", "x-ms-blob-type is missing");
  return bad_request("InvalidHeaderValue", "x-ms-blob-type is BlockBlob");
}

}  // namespace

Outcome put_blob(const Call& call) {
  HP_TRYV(check_blob_type(call.request));
  objects::PutOptions options;
  HP_TRY(options.metadata, metadata_of(call.request));
  HP_TRY(options.properties, properties_of(call.request, Fallback::Standard));
  HP_TRY(options.expected_md5, transfer_md5(call.request));
  // Of a whole blob both headers speak of the same bytes.
  if (options.expected_md5.empty()) options.expected_md5 = options.properties.md5;
  HP_TRY(options.precondition, write_condition(call));
  HP_TRY(const auto info, call.store().put(call.object(), content_of(call.request.body), options));
  http::Response response = written(201, info);
  response.headers.set("Content-MD5", base::base64_encode(info.properties.md5));
  return response;
}

Outcome copy_blob(const Call& call) {
  for (const auto& field : call.request.headers.fields()) {
    if (base::to_lower(field.first).starts_with("x-ms-source-if-")) {
      return base::not_implemented("Copy Blob with conditions on its source");
    }
  }
  HP_TRY(const auto source, call.parts.sources.open(call.request, call.resource, call.grant));
  objects::PutOptions options;
  options.properties = source.properties;
  HP_TRY(options.metadata, metadata_of(call.request));
  if (options.metadata.empty()) options.metadata = source.metadata;
  HP_TRY(options.precondition, write_condition(call));
  HP_TRY(
      const auto info,
      call.store().put(call.object(), objects::Content::of(source.file, 0, source.size), options));
  http::Response response = written(202, info);
  response.headers.set("x-ms-copy-id", base::random_uuid());
  response.headers.set("x-ms-copy-status", "success");
  return response;
}

Outcome delete_blob(const Call& call) {
  HP_TRY(const Conditions conditions, parse_conditions(call.request));
  HP_TRYV(call.store().remove(call.object(), [&](const objects::ObjectInfo* current) {
    return check_write(conditions, current);
  }));
  http::Response response{202};
  response.headers.set("x-ms-delete-type-permanent", "true");
  return response;
}

Outcome set_blob_metadata(const Call& call) {
  objects::ObjectChanges changes;
  HP_TRY(changes.metadata, metadata_of(call.request));
  HP_TRY(changes.precondition, write_condition(call));
  HP_TRY(const auto info, call.store().update(call.object(), changes));
  return written(200, info);
}

Outcome set_blob_properties(const Call& call) {
  for (const char* name : {"x-ms-blob-content-length", "x-ms-sequence-number-action"}) {
    if (call.request.headers.has(name)) {
      return base::not_implemented("Set Blob Properties of a page blob");
    }
  }
  objects::ObjectChanges changes;
  HP_TRY(changes.properties, properties_of(call.request, Fallback::None));
  HP_TRY(changes.precondition, write_condition(call));
  HP_TRY(const auto info, call.store().update(call.object(), changes));
  return written(200, info);
}

}  // namespace homeport::api::storage::blob
