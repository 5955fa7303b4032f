#include "api/storage/blob/operations.hpp"

#include <algorithm>
#include <iterator>

#include "api/storage/failure.hpp"
#include "base/text.hpp"

namespace homeport::api::storage::blob {
namespace {

constexpr const char* kAny = "rwdlacup";

// An operation without a function is known by name only.
constexpr Operation kOperations[] = {
    {Level::Account, "GET", "", "list", "List Containers", "", "l", list_containers},
    {Level::Account, "GET", "account", "properties", "Get Account Information", "", kAny,
     account_information},
    {Level::Account, "HEAD", "account", "properties", "Get Account Information", "", kAny,
     account_information},
    {Level::Account, "GET", "service", "properties", "Get Blob Service Properties", "", "r"},
    {Level::Account, "PUT", "service", "properties", "Set Blob Service Properties", "", "w"},
    {Level::Account, "GET", "service", "stats", "Get Blob Service Stats", "", "r"},
    {Level::Account, "POST", "service", "userdelegationkey", "Get User Delegation Key", "", ""},
    {Level::Account, "GET", "", "blobs", "Find Blobs by Tags", "", "f"},
    {Level::Account, "POST", "", "batch", "Blob Batch", "", kAny, blob_batch},
    // Where the account is in the path, the Node client takes it for a container.
    {Level::Account, "POST", "container", "batch", "Blob Batch", "", kAny, blob_batch},

    {Level::Container, "PUT", "container", "", "Create Container", "", "cw", create_container},
    {Level::Container, "DELETE", "container", "", "Delete Container", "", "d", delete_container},
    {Level::Container, "GET", "container", "", "Get Container Properties", "", "r",
     container_properties},
    {Level::Container, "HEAD", "container", "", "Get Container Properties", "", "r",
     container_properties},
    {Level::Container, "GET", "container", "metadata", "Get Container Metadata", "", "r",
     container_properties},
    {Level::Container, "HEAD", "container", "metadata", "Get Container Metadata", "", "r",
     container_properties},
    {Level::Container, "PUT", "container", "metadata", "Set Container Metadata", "", "w",
     set_container_metadata},
    {Level::Container, "GET", "container", "acl", "Get Container ACL", "", "", container_acl},
    {Level::Container, "HEAD", "container", "acl", "Get Container ACL", "", "", container_acl},
    {Level::Container, "PUT", "container", "acl", "Set Container ACL", "", "", set_container_acl},
    {Level::Container, "GET", "container", "list", "List Blobs", "l", "l", list_blobs},
    {Level::Container, "GET", "account", "properties", "Get Account Information", kAny, kAny,
     account_information},
    {Level::Container, "PUT", "container", "lease", "Lease Container", "", "wd", lease_container},
    {Level::Container, "PUT", "container", "undelete", "Restore Container", "", "w"},
    {Level::Container, "PUT", "container", "rename", "Rename Container", "", "w"},
    {Level::Container, "POST", "container", "batch", "Blob Batch", kAny, kAny, blob_batch},
    {Level::Container, "GET", "container", "blobs", "Find Blobs by Tags in Container", "f", "f"},

    {Level::Object, "GET", "", "", "Get Blob", "r", "r", get_blob},
    {Level::Object, "HEAD", "", "", "Get Blob Properties", "r", "r", head_blob},
    {Level::Object, "PUT", "", "", "Put Blob", "cw", "cw", put_blob},
    {Level::Object, "DELETE", "", "", "Delete Blob", "d", "d", delete_blob},
    {Level::Object, "GET", "", "metadata", "Get Blob Metadata", "r", "r", blob_metadata},
    {Level::Object, "HEAD", "", "metadata", "Get Blob Metadata", "r", "r", blob_metadata},
    {Level::Object, "PUT", "", "metadata", "Set Blob Metadata", "w", "w", set_blob_metadata},
    {Level::Object, "PUT", "", "properties", "Set Blob Properties", "w", "w", set_blob_properties},
    {Level::Object, "PUT", "", "block", "Put Block", "cw", "cw", put_block},
    {Level::Object, "PUT", "", "blocklist", "Put Block List", "cw", "cw", put_block_list},
    {Level::Object, "GET", "", "blocklist", "Get Block List", "r", "r", block_list},
    {Level::Object, "GET", "account", "properties", "Get Account Information", kAny, kAny,
     account_information},
    {Level::Object, "PUT", "", "appendblock", "Append Block", "aw", "aw", append_block},
    {Level::Object, "PUT", "", "seal", "Append Blob Seal", "w", "w", seal_append_blob},
    {Level::Object, "PUT", "", "page", "Put Page", "w", "w", put_page},
    {Level::Object, "GET", "", "pagelist", "Get Page Ranges", "r", "r", page_ranges},
    {Level::Object, "PUT", "", "lease", "Lease Blob", "wd", "wd", lease_blob},
    {Level::Object, "PUT", "", "snapshot", "Snapshot Blob", "cw", "cw", snapshot_blob},
    {Level::Object, "PUT", "", "undelete", "Undelete Blob", "w", "w"},
    {Level::Object, "PUT", "", "tier", "Set Blob Tier", "w", "w", set_blob_tier},
    {Level::Object, "PUT", "", "copy", "Abort Copy Blob", "w", "w", abort_copy},
    {Level::Object, "PUT", "", "incrementalcopy", "Incremental Copy Blob", "w", "w"},
    {Level::Object, "GET", "", "tags", "Get Blob Tags", "t", "t"},
    {Level::Object, "PUT", "", "tags", "Set Blob Tags", "t", "t"},
    {Level::Object, "PUT", "", "expiry", "Set Blob Expiry", "w", "w"},
    {Level::Object, "PUT", "", "legalhold", "Set Blob Legal Hold", "w", "w"},
    {Level::Object, "PUT", "", "immutabilityPolicies", "Set Blob Immutability Policy", "w", "w"},
    {Level::Object, "POST", "", "query", "Query Blob Contents", "r", "r"},
};

constexpr Operation kCopyBlob{Level::Object, "PUT", "", "", "Copy Blob", "cw", "cw", copy_blob};

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
    {"x-ms-structured-body", "structured bodies (x-ms-structured-body)"},
};
constexpr Refusal kRefusedParameters[] = {
    {"versionid", "reading a version"},
    {"deletetype", "deleting for good what was deleted (deletetype)"},
};

// What a snapshot is for: it is read and deleted, never changed.
constexpr Outcome (*kOfSnapshots[])(const Call&) = {get_blob,   head_blob,   blob_metadata,
                                                    block_list, page_ranges, delete_blob};
// What takes its bytes from x-ms-copy-source as well as from its body.
constexpr Outcome (*kFromUrl[])(const Call&) = {put_blob, put_block, append_block, put_page};

template <size_t kCount>
bool is_one_of(Outcome (*run)(const Call&), Outcome (*const (&those)[kCount])(const Call&)) {
  return std::ranges::find(those, run) != std::end(those);
}

base::Result<void> check_refusals(const http::Request& request, const Operation& operation) {
  for (const Refusal& refusal : kRefusedHeaders) {
    if (request.headers.has(refusal.name)) return base::not_implemented(refusal.what);
  }
  for (const Refusal& refusal : kRefusedParameters) {
    if (request.parameter(refusal.name)) return base::not_implemented(refusal.what);
  }
  if (request.parameter("snapshot") && !is_one_of(operation.run, kOfSnapshots)) {
    return bad_request("InvalidQueryParameterValue",
                       std::string(operation.name) + " is not possible with a snapshot");
  }
  return base::success();
}

}  // namespace

base::Result<const Operation*> find_operation(const http::Request& request,
                                              const Resource& resource) {
  const Operation* operation =
      find_row(std::span<const Operation>(kOperations), request, resource.level());
  if (operation == nullptr) {
    const bool root = resource.level() == Level::Container && !request.parameter("comp") &&
                      !request.parameter("restype");
    if (root) return base::not_implemented("a blob in the root container");
    return unknown_operation(request);
  }
  if (request.headers.has("x-ms-copy-source")) {
    if (!is_one_of(operation->run, kFromUrl)) {
      return base::not_implemented(std::string(operation->name) + " from a URL");
    }
    if (operation->run == put_blob && !request.headers.has("x-ms-blob-type")) {
      operation = &kCopyBlob;
    }
  }
  if (operation->run == nullptr) return base::not_implemented(operation->name);
  HP_TRYV(check_refusals(request, *operation));
  return operation;
}

}  // namespace homeport::api::storage::blob
