#include "api/storage/blob/blob_properties.hpp"
#include "api/storage/blob/upload.hpp"
#include "api/storage/failure.hpp"
#include "api/storage/headers.hpp"
#include "base/text.hpp"

namespace homeport::api::storage::blob {
namespace {

using objects::ObjectKind;

base::Result<ObjectKind> kind_of(const http::Request& request) {
  const std::string_view type = request.headers.get("x-ms-blob-type");
  for (const ObjectKind kind : {ObjectKind::Block, ObjectKind::Append, ObjectKind::Page}) {
    if (base::equals_ignoring_case(type, to_string(kind))) return kind;
  }
  if (type.empty()) return bad_request("MissingRequiredHeader", "x-ms-blob-type is missing");
  return bad_request("InvalidHeaderValue", "x-ms-blob-type is BlockBlob, AppendBlob or PageBlob");
}

// What all three types have in common.
base::Result<objects::PutOptions> options_of(const Call& call, ObjectKind kind) {
  objects::PutOptions options;
  options.traits.kind = kind;
  HP_TRY(options.traits.access_tier, access_tier_of(call.request, kind));
  options.traits.tier_changed = call.now();
  HP_TRY(options.metadata, metadata_of(call.request));
  HP_TRY(options.properties, properties_of(call.request, Fallback::Standard));
  HP_TRY(options.precondition, write_condition(call));
  return options;
}

// An append blob or a page blob begins without bytes.
Outcome create_empty(const Call& call, ObjectKind kind) {
  if (call.request.body.size != 0 || call.request.headers.has("x-ms-copy-source")) {
    return bad_request("InvalidHeaderValue", std::string("a ") + to_string(kind) +
                                                 " is made without bytes; they come afterwards");
  }
  HP_TRY(objects::PutOptions options, options_of(call, kind));
  if (kind == ObjectKind::Page) {
    HP_TRY(const auto size, page_blob_size(call.request));
    if (!size) {
      return bad_request("MissingRequiredHeader", "x-ms-blob-content-length is missing");
    }
    options.size = *size;
    HP_TRY(const auto number, number_header(call.request, "x-ms-blob-sequence-number"));
    options.traits.sequence_number = number.value_or(0);
  }
  HP_TRY(const auto info, call.store().put(call.object(), objects::Content::of(""), options));
  return written(201, info);
}

// Put Blob From URL takes along what the source says of its content, where the request is silent.
void take_properties(const Call& call, const CopySource& source,
                     objects::ContentProperties& properties) {
  const std::string_view wanted = call.request.headers.get("x-ms-copy-source-blob-properties");
  if (base::equals_ignoring_case(wanted, "false")) return;
  const auto take = [](std::string& mine, const std::string& theirs) {
    if (mine.empty()) mine = theirs;
  };
  take(properties.type, source.properties.type);
  take(properties.encoding, source.properties.encoding);
  take(properties.language, source.properties.language);
  take(properties.disposition, source.properties.disposition);
  take(properties.cache_control, source.properties.cache_control);
}

base::Result<objects::Snapshots> snapshots_to_delete(const Call& call) {
  const std::string_view text = call.request.headers.get("x-ms-delete-snapshots");
  if (text.empty()) return objects::Snapshots::Refuse;
  if (call.request.parameter("snapshot")) {
    return bad_request("InvalidHeaderValue", "x-ms-delete-snapshots goes with the blob itself");
  }
  if (base::equals_ignoring_case(text, "include")) return objects::Snapshots::Include;
  if (base::equals_ignoring_case(text, "only")) return objects::Snapshots::Only;
  return bad_request("InvalidHeaderValue", "x-ms-delete-snapshots is include or only");
}

}  // namespace

http::Response written(int status, const objects::ObjectInfo& info) {
  http::Response response{status};
  add_version_headers(response, info.etag, info.modified);
  response.headers.set("x-ms-request-server-encrypted", "false");
  return response;
}

Outcome put_blob(const Call& call) {
  HP_TRY(const ObjectKind kind, kind_of(call.request));
  if (kind != ObjectKind::Block) return create_empty(call, kind);
  Upload upload;
  HP_TRYV(receive(call, upload));
  HP_TRY(objects::PutOptions options, options_of(call, kind));
  if (upload.source) {
    options.properties = {};
    HP_TRY(options.properties, properties_of(call.request, Fallback::None));
    take_properties(call, *upload.source, options.properties);
  }
  options.expected_md5 = upload.md5;
  // Of a whole blob both headers speak of the same bytes.
  if (options.expected_md5.empty()) options.expected_md5 = options.properties.md5;
  HP_TRY(const auto info, call.store().put(call.object(), upload.content, options));
  http::Response response = written(201, info);
  confirm(response, call, upload);
  response.headers.set("Content-MD5", base::base64_encode(info.properties.md5));
  return response;
}

Outcome delete_blob(const Call& call) {
  objects::RemoveOptions options;
  HP_TRY(options.snapshots, snapshots_to_delete(call));
  HP_TRY(options.precondition, change_condition(call));
  HP_TRYV(call.store().remove(call.object(), options));
  http::Response response{202};
  response.headers.set("x-ms-delete-type-permanent", "true");
  return response;
}

Outcome snapshot_blob(const Call& call) {
  objects::SnapshotOptions options;
  HP_TRY(auto metadata, metadata_of(call.request));
  if (!metadata.empty()) options.metadata = std::move(metadata);
  HP_TRY(options.precondition, change_condition(call, LeaseNeed::Optional));
  HP_TRY(const auto info, call.store().snapshot(call.object(), options));
  http::Response response = written(201, info);
  response.headers.set("x-ms-snapshot", info.snapshot);
  return response;
}

}  // namespace homeport::api::storage::blob
