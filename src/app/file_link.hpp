#pragma once

#include <string>

#include "api/http/message.hpp"
#include "api/storage/blob/blob_service.hpp"
#include "api/storage/files/file_service.hpp"
#include "base/clock.hpp"
#include "domain/volume.hpp"

namespace homeport::app {

/// A signed URL by which the sender of `request` can do `permissions` ("r") to a file, in a
/// container or a share, until `expiry`: under the account's published name if the request came to
/// us by one, else at our own address. Without a signature where the account is none of ours.
std::string file_link(const api::storage::blob::BlobService& blobs,
                      const api::storage::files::FileService& files,
                      const api::http::Request& request, const domain::FilePlace& file,
                      const std::string& permissions, base::TimePoint expiry);

}  // namespace homeport::app
