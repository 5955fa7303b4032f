#pragma once

#include <string>
#include <string_view>

#include "api/http/message.hpp"
#include "api/storage/authorization.hpp"
#include "api/storage/resource.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "objects/object_store.hpp"
#include "shares/share_store.hpp"

namespace homeport::api::storage {

/// Bytes that a request names by their URL, opened.
struct CopySource {
  Service service = Service::Blob;
  base::FileDescriptor file;
  uint64_t size = 0;
  std::string etag;
  base::TimePoint modified{};
  objects::ContentProperties properties{};
  objects::Metadata metadata{};
  objects::ObjectTraits traits{};  ///< of a file: those of a block blob
  std::string shown_url{};         ///< without a signature
};

/// Opens what copies are made from: blobs and files of this Homeport's accounts, whichever dialect
/// the copy is asked for in. Any thread.
class CopySources {
 public:
  CopySources(objects::ObjectStore& objects, shares::ShareStore& files, Access access)
      : objects_(objects), files_(files), access_(std::move(access)) {}

  /// What x-ms-copy-source of `request` names, if who asks may read it: who holds the key of the
  /// same account, or whom the URL's SAS or x-ms-copy-source-authorization lets. NotImplemented for
  /// another server's URL, PermissionDenied "CannotVerifyCopySource", NotFound, InvalidArgument
  /// "InvalidHeaderValue", Conflict "BlobArchived".
  base::Result<CopySource> open(const http::Request& request, const Resource& target,
                                const Grant& grant) const;

 private:
  base::Result<void> check_reader(const http::Request& request, const Resource& source) const;
  base::Result<CopySource> open_blob(const Resource& source) const;
  base::Result<CopySource> open_file(const Resource& source) const;

  objects::ObjectStore& objects_;
  shares::ShareStore& files_;
  Access access_;
};

/// The stored access policies of containers, and of shares.
StoredPolicies policies_of(objects::ObjectStore& store);

/// The container or share of a resource, as the object store names it.
objects::ContainerName container_of(const Resource& resource);

}  // namespace homeport::api::storage
