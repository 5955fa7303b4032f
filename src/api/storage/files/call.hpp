#pragma once

#include <string>

#include "api/http/message.hpp"
#include "api/storage/authorization.hpp"
#include "api/storage/files/file_service.hpp"
#include "api/storage/operation_table.hpp"
#include "api/storage/resource.hpp"

namespace homeport::api::storage::files {

/// One authorized request on its way through an operation.
struct Call {
  const http::Request& request;
  const Resource& resource;
  const Grant& grant;
  const FileServiceParts& parts;
  std::string path{};  ///< of the entry, as parse_path gives it

  objects::ContainerName share() const { return container_of(resource); }
  shares::EntryName entry() const { return {share(), path}; }
  shares::ShareStore& entries() const { return parts.entries; }
};

using Operation = OperationRow<Call>;

/// The operation that a request asks for. NotImplemented with its name where it is not built,
/// InvalidArgument "UnsupportedHttpVerb" or "InvalidQueryParameterValue" where there is none.
base::Result<const Operation*> find_operation(const http::Request& request,
                                              const Resource& resource);

// Account
Outcome list_shares(const Call& call);
Outcome get_service_properties(const Call& call);
Outcome set_service_properties(const Call& call);
// Share
Outcome create_share(const Call& call);
Outcome delete_share(const Call& call);
Outcome share_properties(const Call& call);
Outcome set_share_properties(const Call& call);
Outcome set_share_metadata(const Call& call);
Outcome share_acl(const Call& call);
Outcome set_share_acl(const Call& call);
Outcome share_stats(const Call& call);
Outcome create_permission(const Call& call);
Outcome get_permission(const Call& call);
// Directory
Outcome create_directory(const Call& call);
Outcome delete_directory(const Call& call);
Outcome directory_properties(const Call& call);
Outcome set_directory_properties(const Call& call);
Outcome set_directory_metadata(const Call& call);
Outcome list_directory(const Call& call);
Outcome rename_directory(const Call& call);
// Both
Outcome list_handles(const Call& call);
Outcome close_handles(const Call& call);
// File
Outcome create_file(const Call& call);
Outcome get_file(const Call& call);
Outcome head_file(const Call& call);
Outcome delete_file(const Call& call);
Outcome set_file_properties(const Call& call);
Outcome file_metadata(const Call& call);
Outcome set_file_metadata(const Call& call);
Outcome rename_file(const Call& call);
Outcome put_range(const Call& call);
Outcome list_ranges(const Call& call);
Outcome copy_file(const Call& call);
Outcome abort_copy(const Call& call);

}  // namespace homeport::api::storage::files
