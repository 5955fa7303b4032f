#include "api/storage/blob/blob_properties.hpp"
#include "api/storage/blob/upload.hpp"
#include "api/storage/failure.hpp"
#include "api/storage/headers.hpp"
#include "base/text.hpp"

namespace homeport::api::storage::blob {
namespace {

objects::CopyRecord record_of(const Call& call, const CopySource& source) {
  objects::CopyRecord record;
  record.id = base::random_uuid();
  record.source = source.shown_url;
  record.size = source.size;
  record.completed = call.now();
  return record;
}

// What is there is replaced only by a blob of its own type.
base::Result<objects::Precondition> copy_condition(const Call& call, objects::ObjectKind kind) {
  HP_TRY(auto usual, write_condition(call));
  return objects::Precondition(
      [kind, usual = std::move(usual)](const objects::ObjectInfo* current) -> base::Result<void> {
        HP_TRYV(usual(current));
        if (current == nullptr || current->traits.kind == kind) return base::success();
        return base::conflict("InvalidBlobType", std::string("the copy's target is no ") +
                                                     to_string(kind) + ", as its source is");
      });
}

}  // namespace

// Every copy is complete when it is answered.
Outcome copy_blob(const Call& call) {
  HP_TRY(const CopySource source, open_source(call));
  objects::PutOptions options;
  options.properties = source.properties;
  options.traits = source.traits;
  options.traits.copy = record_of(call, source);
  HP_TRY(options.traits.access_tier, access_tier_of(call.request, source.traits.kind));
  options.traits.tier_changed = call.now();
  options.size = source.size;
  HP_TRY(options.metadata, metadata_of(call.request));
  if (options.metadata.empty()) options.metadata = source.metadata;
  HP_TRY(options.precondition, copy_condition(call, source.traits.kind));
  HP_TRY(
      const auto info,
      call.store().put(call.object(), objects::Content::of(source.file, 0, source.size), options));
  http::Response response = written(202, info);
  response.headers.set("x-ms-copy-id", options.traits.copy->id);
  response.headers.set("x-ms-copy-status", "success");
  return response;
}

Outcome abort_copy(const Call& call) {
  if (!call.request.parameter("copyid")) {
    return bad_request("MissingRequiredQueryParameter", "copyid is missing");
  }
  HP_TRYV(call.store().find(call.object()));
  return base::conflict("NoPendingCopyOperation", "there is no copy under way");
}

}  // namespace homeport::api::storage::blob
