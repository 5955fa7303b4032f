#include "api/storage/blob/call.hpp"
#include "api/storage/blob/conditions.hpp"
#include "api/storage/failure.hpp"
#include "api/storage/headers.hpp"
#include "api/storage/signed_identifiers.hpp"
#include "base/text.hpp"

namespace homeport::api::storage::blob {
namespace {

constexpr uint64_t kMaxAclBytes = 64U << 10;

// As an account answers whose owner forbade it: nothing here is read without a key.
base::Result<void> refuse_public_access(const http::Request& request) {
  if (!request.headers.has("x-ms-blob-public-access")) return base::success();
  return failure(base::ErrorCode::Conflict, "PublicAccessNotPermitted",
                 "public access is not permitted on this storage account; use a SAS");
}

http::Response container_response(int status, const objects::ContainerInfo& info) {
  http::Response response{status};
  add_version_headers(response, info.etag, info.modified);
  return response;
}

}  // namespace

base::Result<objects::ContainerPrecondition> container_condition(const Call& call, LeaseNeed need,
                                                                 LeaseId id) {
  HP_TRY(Conditions conditions, parse_conditions(call.request, call.now()));
  conditions.lease_need = need;
  if (id == LeaseId::Subject) conditions.lease_id.clear();
  return objects::ContainerPrecondition(
      [conditions = std::move(conditions)](const objects::ContainerInfo& current) {
        return check_container(conditions, current);
      });
}

Outcome create_container(const Call& call) {
  HP_TRYV(refuse_public_access(call.request));
  HP_TRY(const auto metadata, metadata_of(call.request));
  HP_TRY(const auto info, call.store().create_container(call.container(), metadata));
  return container_response(201, info);
}

Outcome delete_container(const Call& call) {
  HP_TRY(const auto condition, container_condition(call, LeaseNeed::Required));
  HP_TRYV(call.store().remove_container(call.container(), condition));
  return http::Response{202};
}

Outcome container_properties(const Call& call) {
  HP_TRY(const auto condition, container_condition(call, LeaseNeed::Optional));
  HP_TRY(const auto info, call.store().container(call.container()));
  HP_TRYV(condition(info));
  http::Response response = container_response(200, info);
  add_metadata(response, info.metadata);
  add_lease_headers(response, info.lease, call.now());
  response.headers.set("x-ms-has-immutability-policy", "false");
  response.headers.set("x-ms-has-legal-hold", "false");
  return response;
}

Outcome set_container_metadata(const Call& call) {
  objects::ContainerChanges changes;
  HP_TRY(changes.metadata, metadata_of(call.request));
  HP_TRY(changes.precondition, container_condition(call, LeaseNeed::Optional));
  HP_TRY(const auto info, call.store().update_container(call.container(), changes));
  return container_response(200, info);
}

Outcome container_acl(const Call& call) {
  HP_TRY(const auto condition, container_condition(call, LeaseNeed::Optional));
  HP_TRY(const auto info, call.store().container(call.container()));
  HP_TRYV(condition(info));
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
  HP_TRY(changes.precondition, container_condition(call, LeaseNeed::Optional));
  HP_TRY(const auto info, call.store().update_container(call.container(), changes));
  return container_response(200, info);
}

}  // namespace homeport::api::storage::blob
