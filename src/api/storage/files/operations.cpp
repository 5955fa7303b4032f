#include <iterator>

#include "api/storage/failure.hpp"
#include "api/storage/files/call.hpp"
#include "base/text.hpp"

namespace homeport::api::storage::files {
namespace {

// An operation without a function is known by name only.
constexpr Operation kOperations[] = {
    {Level::Account, "GET", "", "list", "List Shares", "", "l", list_shares},
    {Level::Account, "GET", "service", "properties", "Get File Service Properties", "", "r",
     get_service_properties},
    {Level::Account, "PUT", "service", "properties", "Set File Service Properties", "", "w",
     set_service_properties},
    {Level::Account, "POST", "service", "userdelegationkey", "Get User Delegation Key", "", ""},

    {Level::Container, "PUT", "share", "", "Create Share", "", "cw", create_share},
    {Level::Container, "DELETE", "share", "", "Delete Share", "", "d", delete_share},
    {Level::Container, "GET", "share", "", "Get Share Properties", "r", "r", share_properties},
    {Level::Container, "HEAD", "share", "", "Get Share Properties", "r", "r", share_properties},
    {Level::Container, "PUT", "share", "properties", "Set Share Properties", "", "w",
     set_share_properties},
    {Level::Container, "GET", "share", "metadata", "Get Share Metadata", "r", "r",
     share_properties},
    {Level::Container, "HEAD", "share", "metadata", "Get Share Metadata", "r", "r",
     share_properties},
    {Level::Container, "PUT", "share", "metadata", "Set Share Metadata", "", "w",
     set_share_metadata},
    {Level::Container, "GET", "share", "acl", "Get Share ACL", "", "", share_acl},
    {Level::Container, "HEAD", "share", "acl", "Get Share ACL", "", "", share_acl},
    {Level::Container, "PUT", "share", "acl", "Set Share ACL", "", "", set_share_acl},
    {Level::Container, "GET", "share", "stats", "Get Share Stats", "", "r", share_stats},
    {Level::Container, "PUT", "share", "filepermission", "Create Permission", "cw", "cw",
     create_permission},
    {Level::Container, "GET", "share", "filepermission", "Get Permission", "r", "r",
     get_permission},
    {Level::Container, "PUT", "share", "snapshot", "Snapshot Share", "", "cw"},
    {Level::Container, "PUT", "share", "lease", "Lease Share", "", "w"},
    {Level::Container, "PUT", "share", "undelete", "Restore Share", "", "w"},
    {Level::Container, "GET", "", "listhandles", "List Handles", "", "l", list_handles},
    {Level::Container, "PUT", "", "forceclosehandles", "Force Close Handles", "", "w",
     close_handles},

    {Level::Object, "PUT", "directory", "", "Create Directory", "cw", "cw", create_directory},
    {Level::Object, "DELETE", "directory", "", "Delete Directory", "d", "d", delete_directory},
    {Level::Object, "GET", "directory", "", "Get Directory Properties", "r", "r",
     directory_properties},
    {Level::Object, "HEAD", "directory", "", "Get Directory Properties", "r", "r",
     directory_properties},
    {Level::Object, "PUT", "directory", "properties", "Set Directory Properties", "w", "w",
     set_directory_properties},
    {Level::Object, "GET", "directory", "metadata", "Get Directory Metadata", "r", "r",
     directory_properties},
    {Level::Object, "HEAD", "directory", "metadata", "Get Directory Metadata", "r", "r",
     directory_properties},
    {Level::Object, "PUT", "directory", "metadata", "Set Directory Metadata", "w", "w",
     set_directory_metadata},
    {Level::Object, "GET", "directory", "list", "List Directories and Files", "l", "l",
     list_directory},
    {Level::Object, "PUT", "directory", "rename", "Rename Directory", "w", "w", rename_directory},

    {Level::Object, "PUT", "", "", "Create File", "cw", "cw", create_file},
    {Level::Object, "GET", "", "", "Get File", "r", "r", get_file},
    {Level::Object, "HEAD", "", "", "Get File Properties", "r", "r", head_file},
    {Level::Object, "DELETE", "", "", "Delete File", "d", "d", delete_file},
    {Level::Object, "PUT", "", "properties", "Set File Properties", "w", "w", set_file_properties},
    {Level::Object, "GET", "", "metadata", "Get File Metadata", "r", "r", file_metadata},
    {Level::Object, "HEAD", "", "metadata", "Get File Metadata", "r", "r", file_metadata},
    {Level::Object, "PUT", "", "metadata", "Set File Metadata", "w", "w", set_file_metadata},
    {Level::Object, "PUT", "", "range", "Put Range", "w", "w", put_range},
    {Level::Object, "GET", "", "rangelist", "List Ranges", "r", "r", list_ranges},
    {Level::Object, "PUT", "", "rename", "Rename File", "w", "w", rename_file},
    {Level::Object, "PUT", "", "copy", "Abort Copy File", "w", "w", abort_copy},
    {Level::Object, "PUT", "", "lease", "Lease File", "w", "w"},
    {Level::Object, "GET", "", "listhandles", "List Handles", "", "l", list_handles},
    {Level::Object, "PUT", "", "forceclosehandles", "Force Close Handles", "", "w", close_handles},
    {Level::Object, "PUT", "symboliclink", "", "Create Symbolic Link", "cw", "cw"},
    {Level::Object, "GET", "symboliclink", "", "Get Symbolic Link", "r", "r"},
    {Level::Object, "PUT", "hardlink", "", "Create Hard Link", "cw", "cw"},
};

constexpr Operation kCopyFile{Level::Object, "PUT", "", "", "Copy File", "cw", "cw", copy_file};

// Headers and parameters that change what an operation means, so that passing over them would be a
// lie.
struct Refusal {
  const char* name;
  const char* what;
};
constexpr Refusal kRefusedHeaders[] = {
    {"x-ms-structured-body", "structured bodies (x-ms-structured-body)"},
    {"x-ms-owner", "owners of files over NFS (x-ms-owner)"},
    {"x-ms-group", "groups of files over NFS (x-ms-group)"},
    {"x-ms-mode", "modes of files over NFS (x-ms-mode)"},
};
constexpr Refusal kRefusedParameters[] = {
    {"sharesnapshot", "reading a share's snapshot"},
    {"prevsharesnapshot", "comparing a share's snapshots"},
};

base::Result<void> check_refusals(const http::Request& request) {
  for (const Refusal& refusal : kRefusedHeaders) {
    if (request.headers.has(refusal.name)) return base::not_implemented(refusal.what);
  }
  for (const Refusal& refusal : kRefusedParameters) {
    if (request.parameter(refusal.name)) return base::not_implemented(refusal.what);
  }
  if (request.headers.has("x-ms-lease-id")) {
    return failure(base::ErrorCode::PreconditionFailed, "LeaseNotPresentWithFileOperation",
                   "there is no lease on this file");
  }
  return base::success();
}

}  // namespace

base::Result<const Operation*> find_operation(const http::Request& request,
                                              const Resource& resource) {
  // The top of a share is a directory without a path.
  const bool top =
      resource.level() == Level::Container &&
      base::equals_ignoring_case(request.parameter("restype").value_or(""), "directory");
  const Operation* operation = find_row(std::span<const Operation>(kOperations), request,
                                        top ? Level::Object : resource.level());
  if (operation == nullptr) return unknown_operation(request);
  if (operation->run == create_file && request.headers.has("x-ms-copy-source")) {
    operation = &kCopyFile;
  }
  if (operation->run == nullptr) return base::not_implemented(operation->name);
  HP_TRYV(check_refusals(request));
  return operation;
}

}  // namespace homeport::api::storage::files
