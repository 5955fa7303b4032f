#include "api/storage/operations.hpp"

#include <algorithm>
#include <iterator>

#include "api/storage/failure.hpp"
#include "base/text.hpp"

namespace homeport::api::storage {
namespace {

// An operation without a function is known by name only.
constexpr Operation kOperations[] = {
    {Level::Account, "GET", "", "list", "List Containers", "", list_containers},
    {Level::Account, "GET", "account", "properties", "Get Account Information", "",
     account_information},
    {Level::Account, "HEAD", "account", "properties", "Get Account Information", "",
     account_information},
    {Level::Account, "GET", "service", "properties", "Get Blob Service Properties", ""},
    {Level::Account, "PUT", "service", "properties", "Set Blob Service Properties", ""},
    {Level::Account, "GET", "service", "stats", "Get Blob Service Stats", ""},
    {Level::Account, "POST", "service", "userdelegationkey", "Get User Delegation Key", ""},
    {Level::Account, "GET", "", "blobs", "Find Blobs by Tags", ""},
    {Level::Account, "POST", "", "batch", "Blob Batch", ""},

    {Level::Container, "PUT", "container", "", "Create Container", "", create_container},
    {Level::Container, "DELETE", "container", "", "Delete Container", "", delete_container},
    {Level::Container, "GET", "container", "", "Get Container Properties", "",
     container_properties},
    {Level::Container, "HEAD", "container", "", "Get Container Properties", "",
     container_properties},
    {Level::Container, "GET", "container", "metadata", "Get Container Metadata", "",
     container_properties},
    {Level::Container, "HEAD", "container", "metadata", "Get Container Metadata", "",
     container_properties},
    {Level::Container, "PUT", "container", "metadata", "Set Container Metadata", "",
     set_container_metadata},
    {Level::Container, "GET", "container", "acl", "Get Container ACL", "", container_acl},
    {Level::Container, "HEAD", "container", "acl", "Get Container ACL", "", container_acl},
    {Level::Container, "PUT", "container", "acl", "Set Container ACL", ""},
    {Level::Container, "GET", "container", "list", "List Blobs", "l", list_blobs},
    {Level::Container, "GET", "account", "properties", "Get Account Information", "",
     account_information},
    {Level::Container, "PUT", "container", "lease", "Lease Container", ""},
    {Level::Container, "PUT", "container", "undelete", "Restore Container", ""},
    {Level::Container, "PUT", "container", "rename", "Rename Container", ""},
    {Level::Container, "POST", "container", "batch", "Blob Batch", ""},
    {Level::Container, "GET", "container", "blobs", "Find Blobs by Tags in Container", ""},

    {Level::Blob, "GET", "", "", "Get Blob", "r", get_blob},
    {Level::Blob, "HEAD", "", "", "Get Blob Properties", "r", head_blob},
    {Level::Blob, "PUT", "", "", "Put Blob", "cw", put_blob},
    {Level::Blob, "DELETE", "", "", "Delete Blob", "d", delete_blob},
    {Level::Blob, "GET", "", "metadata", "Get Blob Metadata", "r", blob_metadata},
    {Level::Blob, "HEAD", "", "metadata", "Get Blob Metadata", "r", blob_metadata},
    {Level::Blob, "PUT", "", "metadata", "Set Blob Metadata", "w", set_blob_metadata},
    {Level::Blob, "PUT", "", "properties", "Set Blob Properties", "w", set_blob_properties},
    {Level::Blob, "PUT", "", "block", "Put Block", "cw", put_block},
    {Level::Blob, "PUT", "", "blocklist", "Put Block List", "cw", put_block_list},
    {Level::Blob, "GET", "", "blocklist", "Get Block List", "r", block_list},
    {Level::Blob, "GET", "account", "properties", "Get Account Information", "",
     account_information},
    {Level::Blob, "PUT", "", "appendblock", "Append Block", ""},
    {Level::Blob, "PUT", "", "seal", "Append Blob Seal", ""},
    {Level::Blob, "PUT", "", "page", "Put Page", ""},
    {Level::Blob, "GET", "", "pagelist", "Get Page Ranges", ""},
    {Level::Blob, "PUT", "", "lease", "Lease Blob", ""},
    {Level::Blob, "PUT", "", "snapshot", "Snapshot Blob", ""},
    {Level::Blob, "PUT", "", "undelete", "Undelete Blob", ""},
    {Level::Blob, "PUT", "", "tier", "Set Blob Tier", ""},
    {Level::Blob, "PUT", "", "copy", "Abort Copy Blob", ""},
    {Level::Blob, "PUT", "", "incrementalcopy", "Incremental Copy Blob", ""},
    {Level::Blob, "GET", "", "tags", "Get Blob Tags", ""},
    {Level::Blob, "PUT", "", "tags", "Set Blob Tags", ""},
    {Level::Blob, "PUT", "", "expiry", "Set Blob Expiry", ""},
    {Level::Blob, "PUT", "", "legalhold", "Set Blob Legal Hold", ""},
    {Level::Blob, "PUT", "", "immutabilityPolicies", "Set Blob Immutability Policy", ""},
    {Level::Blob, "POST", "", "query", "Query Blob Contents", ""},
};

constexpr Operation kCopyBlob{Level::Blob, "PUT", "", "", "Copy Blob", "cw", copy_blob};

// Headers and parameters that change what an operation means, so that passing over them would be a
// lie.
struct Refusal {
  const char* name;
  const char* what;
};
constexpr Refusal kRefusedHeaders[] = {
    {"x-ms-if-tags", "a condition on tags (x-ms-if-tags)"},
    {"x-ms-tags", "blob tags (x-ms-tags)"},
    {"x-ms-encryption-key", "a customer's own key (x-ms-encryption-key)"},
    {"x-ms-content-crc64", "CRC64 of a transfer (x-ms-content-crc64)"},
    {"x-ms-range-get-content-crc64", "CRC64 of a range (x-ms-range-get-content-crc64)"},
    {"x-ms-structured-body", "structured bodies (x-ms-structured-body)"},
};
constexpr Refusal kRefusedParameters[] = {
    {"snapshot", "reading a snapshot"},
    {"versionid", "reading a version"},
};

base::Result<void> check_refusals(const http::Request& request) {
  for (const Refusal& refusal : kRefusedHeaders) {
    if (request.headers.has(refusal.name)) return base::not_implemented(refusal.what);
  }
  for (const Refusal& refusal : kRefusedParameters) {
    if (request.parameter(refusal.name)) return base::not_implemented(refusal.what);
  }
  if (request.headers.has("x-ms-lease-id")) {
    return failure(base::ErrorCode::PreconditionFailed, "LeaseNotPresentWithBlobOperation",
                   "there is no lease on this blob");
  }
  return base::success();
}

const Operation* find_row(const http::Request& request, Level level) {
  const std::string restype = request.parameter("restype").value_or("");
  const std::string comp = request.parameter("comp").value_or("");
  const auto* found = std::ranges::find_if(kOperations, [&](const Operation& row) {
    return row.level == level && request.method == row.method &&
           base::equals_ignoring_case(restype, row.restype) &&
           base::equals_ignoring_case(comp, row.comp);
  });
  return found == std::end(kOperations) ? nullptr : found;
}

base::Error unknown_operation(const http::Request& request, Level level) {
  const auto comp = request.parameter("comp");
  if (level == Level::Container && !comp && !request.parameter("restype")) {
    return base::not_implemented("a blob in the root container");
  }
  if (comp && !comp->empty()) {
    return bad_request("InvalidQueryParameterValue",
                       "there is no " + request.method + " with comp=" + *comp + " here");
  }
  return bad_request("UnsupportedHttpVerb", request.method + " is not possible here");
}

}  // namespace

base::Result<const Operation*> find_operation(const http::Request& request,
                                              const Resource& resource) {
  const Operation* operation = find_row(request, resource.level());
  if (operation == nullptr) return unknown_operation(request, resource.level());
  if (request.headers.has("x-ms-copy-source")) {
    if (operation->run != put_blob) {
      return base::not_implemented(std::string(operation->name) + " From URL");
    }
    if (request.headers.has("x-ms-blob-type")) return base::not_implemented("Put Blob From URL");
    operation = &kCopyBlob;
  }
  if (operation->run == nullptr) return base::not_implemented(operation->name);
  HP_TRYV(check_refusals(request));
  return operation;
}

base::Result<void> check_permission(const Grant& grant, const Operation& operation) {
  if (!grant.sas && !grant.only) return base::success();
  const std::string_view any = operation.permissions;
  if (std::ranges::any_of(any, [&](char permission) { return grant.allows(permission); })) {
    return base::success();
  }
  const std::string what = grant.sas ? "the SAS (sp=" + grant.sas->permissions + ")"
                                     : "this token (a run's, sp=" + *grant.only + ")";
  return forbidden("AuthorizationPermissionMismatch",
                   what + " does not allow " + std::string(operation.name));
}

}  // namespace homeport::api::storage
