#include <utility>

#include "api/storage/blob/blob_properties.hpp"
#include "api/storage/blob/call.hpp"
#include "api/storage/failure.hpp"
#include "api/storage/headers.hpp"
#include "base/text.hpp"

namespace homeport::api::storage::blob {
namespace {

using objects::ObjectKind;

base::Result<objects::SequenceStep> sequence_step(const http::Request& request) {
  const std::string_view action = request.headers.get("x-ms-sequence-number-action");
  HP_TRY(const auto number, number_header(request, "x-ms-blob-sequence-number"));
  using Action = objects::SequenceStep::Action;
  if (base::equals_ignoring_case(action, "increment")) {
    if (!number) return objects::SequenceStep{Action::Increment, 0};
    return bad_request("InvalidHeaderValue", "increment takes no x-ms-blob-sequence-number");
  }
  const bool update = base::equals_ignoring_case(action, "update");
  if (!update && !base::equals_ignoring_case(action, "max")) {
    return bad_request("InvalidHeaderValue",
                       "x-ms-sequence-number-action is max, update or increment");
  }
  if (!number) return bad_request("MissingRequiredHeader", "x-ms-blob-sequence-number is missing");
  return objects::SequenceStep{update ? Action::Update : Action::Max, *number};
}

base::Result<objects::Precondition> page_blob_only(const Call& call) {
  HP_TRY(auto usual, change_condition(call));
  return objects::Precondition(
      [usual = std::move(usual)](const objects::ObjectInfo* current) -> base::Result<void> {
        HP_TRYV(usual(current));
        if (current->traits.kind == ObjectKind::Page) return base::success();
        return base::conflict("InvalidBlobType", "only a page blob has a sequence number");
      });
}

bool names_properties(const http::Request& request) {
  for (const char* name : {"x-ms-blob-cache-control", "x-ms-blob-content-type",
                           "x-ms-blob-content-md5", "x-ms-blob-content-encoding",
                           "x-ms-blob-content-language", "x-ms-blob-content-disposition"}) {
    if (request.headers.has(name)) return true;
  }
  return false;
}

}  // namespace

Outcome set_blob_metadata(const Call& call) {
  objects::ObjectChanges changes;
  HP_TRY(changes.metadata, metadata_of(call.request));
  HP_TRY(changes.precondition, change_condition(call));
  HP_TRY(const auto info, call.store().update(call.object(), changes));
  return written(200, info);
}

Outcome set_blob_properties(const Call& call) {
  HP_TRY(const auto size, page_blob_size(call.request));
  const bool numbered = call.request.headers.has("x-ms-sequence-number-action");
  objects::ObjectChanges changes;
  if (names_properties(call.request) || (!size && !numbered)) {
    HP_TRY(changes.properties, properties_of(call.request, Fallback::None));
  }
  if (numbered) {
    HP_TRY(changes.sequence, sequence_step(call.request));
  }
  HP_TRY(changes.precondition, numbered ? page_blob_only(call) : change_condition(call));
  objects::ObjectInfo info;
  if (size) {
    objects::Edit edit;
    edit.action = objects::Edit::Action::Resize;
    edit.size = *size;
    edit.precondition = std::exchange(changes.precondition, {});
    HP_TRY(info, call.store().edit(call.object(), edit));
  }
  if (!size || changes.properties || changes.sequence) {
    HP_TRY(info, call.store().update(call.object(), changes));
  }
  http::Response response = written(200, info);
  if (info.traits.kind == ObjectKind::Page) {
    response.headers.set("x-ms-blob-sequence-number", std::to_string(info.traits.sequence_number));
  }
  return response;
}

Outcome set_blob_tier(const Call& call) {
  HP_TRY(const auto seen, call.store().find(call.object()));
  objects::ObjectChanges changes;
  HP_TRY(changes.access_tier, access_tier_of(call.request, seen.traits.kind));
  if (changes.access_tier->empty()) {
    return bad_request("MissingRequiredHeader", "x-ms-access-tier is missing");
  }
  HP_TRY(changes.precondition, change_condition(call, LeaseNeed::Optional));
  HP_TRYV(call.store().update(call.object(), changes));
  return http::Response{200};
}

}  // namespace homeport::api::storage::blob
