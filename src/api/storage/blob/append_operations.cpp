#include "api/storage/blob/upload.hpp"
#include "api/storage/failure.hpp"
#include "api/storage/headers.hpp"

namespace homeport::api::storage::blob {
namespace {

constexpr uint64_t kMaxAppendBytes = 100ULL << 20;
constexpr uint64_t kMaxAppendBytesOfOld = 4ULL << 20;
constexpr std::string_view kLargeAppends = "2022-11-02";

base::Error not_met(const char* reason, std::string message) {
  return failure(base::ErrorCode::PreconditionFailed, reason, std::move(message));
}

// Where the append must begin, and how large the blob may be after it.
struct AppendConditions {
  std::optional<uint64_t> position{};
  std::optional<uint64_t> max_size{};
  uint64_t added = 0;

  base::Result<void> check(const objects::ObjectInfo& current) const {
    if (position && current.size != *position) {
      return not_met("AppendPositionConditionNotMet",
                     "the blob ends at byte " + std::to_string(current.size));
    }
    if (max_size && (current.size > *max_size || added > *max_size - current.size)) {
      return not_met("MaxBlobSizeConditionNotMet", "the blob would be larger than it may be");
    }
    return base::success();
  }
};

base::Result<objects::Precondition> append_condition(const Call& call, uint64_t added) {
  AppendConditions conditions;
  conditions.added = added;
  HP_TRY(conditions.position, number_header(call.request, "x-ms-blob-condition-appendpos"));
  HP_TRY(conditions.max_size, number_header(call.request, "x-ms-blob-condition-maxsize"));
  HP_TRY(auto usual, change_condition(call));
  return objects::Precondition([conditions, usual = std::move(usual)](
                                   const objects::ObjectInfo* current) -> base::Result<void> {
    HP_TRYV(usual(current));
    // Of another type the store says so itself.
    if (current == nullptr || current->traits.kind != objects::ObjectKind::Append) {
      return base::success();
    }
    return conditions.check(*current);
  });
}

}  // namespace

Outcome append_block(const Call& call) {
  Upload upload;
  HP_TRYV(receive(call, upload));
  HP_TRYV(check_size(upload.content,
                     speaks(call.request, kLargeAppends) ? kMaxAppendBytes : kMaxAppendBytesOfOld));
  if (upload.content.size == 0) {
    return bad_request("InvalidHeaderValue", "an append brings at least one byte");
  }
  objects::Edit edit;
  edit.action = objects::Edit::Action::Append;
  edit.content = upload.content;
  edit.expected_md5 = upload.md5;
  HP_TRY(edit.precondition, append_condition(call, upload.content.size));
  HP_TRY(const auto info, call.store().edit(call.object(), edit));
  http::Response response = written(201, info);
  response.headers.set("x-ms-blob-append-offset", std::to_string(info.size - upload.content.size));
  response.headers.set("x-ms-blob-committed-block-count", std::to_string(info.traits.appended));
  confirm(response, call, upload);
  return response;
}

Outcome seal_append_blob(const Call& call) {
  objects::ObjectChanges changes;
  changes.sealed = true;
  HP_TRY(const auto condition, append_condition(call, 0));
  changes.precondition = [&](const objects::ObjectInfo* current) -> base::Result<void> {
    HP_TRYV(condition(current));
    if (current->traits.kind == objects::ObjectKind::Append) return base::success();
    return base::conflict("InvalidBlobType", "only an append blob can be sealed");
  };
  HP_TRY(const auto info, call.store().update(call.object(), changes));
  http::Response response = written(200, info);
  response.headers.set("x-ms-blob-sealed", "true");
  return response;
}

}  // namespace homeport::api::storage::blob
