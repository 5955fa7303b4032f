#pragma once

#include <string>

#include "api/http/message.hpp"
#include "api/storage/authorization.hpp"
#include "api/storage/blob/blob_service.hpp"
#include "api/storage/blob/lease_conditions.hpp"
#include "api/storage/operation_table.hpp"
#include "api/storage/resource.hpp"
#include "base/result.hpp"

namespace homeport::api::storage::blob {

/// One authorized request on its way through an operation.
struct Call {
  const http::Request& request;
  const Resource& resource;
  const Grant& grant;
  const BlobServiceParts& parts;

  objects::ObjectStore& store() const { return parts.store; }
  objects::ContainerName container() const { return {resource.account, resource.container}; }
  objects::ObjectName object() const {
    return {resource.account, resource.container, resource.name,
            request.parameter("snapshot").value_or("")};
  }
  base::TimePoint now() const { return parts.access.clock.wall(); }
};

// Account
Outcome list_containers(const Call& call);
Outcome account_information(const Call& call);
Outcome blob_batch(const Call& call);  ///< of an account or a container
// Container
Outcome create_container(const Call& call);
Outcome delete_container(const Call& call);
Outcome container_properties(const Call& call);
Outcome set_container_metadata(const Call& call);
Outcome container_acl(const Call& call);
Outcome set_container_acl(const Call& call);
Outcome list_blobs(const Call& call);
Outcome lease_container(const Call& call);
// Blob, reading
Outcome get_blob(const Call& call);
Outcome head_blob(const Call& call);
Outcome blob_metadata(const Call& call);
// Blob, writing
Outcome put_blob(const Call& call);
Outcome copy_blob(const Call& call);
Outcome abort_copy(const Call& call);
Outcome snapshot_blob(const Call& call);
Outcome lease_blob(const Call& call);
Outcome set_blob_tier(const Call& call);
Outcome delete_blob(const Call& call);
Outcome set_blob_metadata(const Call& call);
Outcome set_blob_properties(const Call& call);
// Blocks
Outcome put_block(const Call& call);
Outcome put_block_list(const Call& call);
Outcome block_list(const Call& call);
// Append blobs and page blobs
Outcome append_block(const Call& call);
Outcome seal_append_blob(const Call& call);
Outcome put_page(const Call& call);
Outcome page_ranges(const Call& call);

/// Conditional headers as a check inside the store; a SAS that lets its bearer create but not write
/// cannot replace. Borrows `call`.
base::Result<objects::Precondition> write_condition(const Call& call);
/// The same for what changes or removes a blob, whatever permission that takes.
base::Result<objects::Precondition> change_condition(const Call& call,
                                                     LeaseNeed need = LeaseNeed::Required);

/// Whether x-ms-lease-id is a condition of the operation, or what it is about.
enum class LeaseId { Condition, Subject };
/// Dates and lease of a request about a container. Borrows `call`.
base::Result<objects::ContainerPrecondition> container_condition(const Call& call, LeaseNeed need,
                                                                 LeaseId id = LeaseId::Condition);

/// What every change of a blob answers: its new ETag and date.
http::Response written(int status, const objects::ObjectInfo& info);

}  // namespace homeport::api::storage::blob
