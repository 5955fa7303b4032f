#include "app/file_link.hpp"

#include <fmt/format.h>

#include "api/gateway/published_name.hpp"
#include "base/text.hpp"
#include "objects/shares.hpp"

namespace homeport::app {

std::string file_link(const api::storage::blob::BlobService& blobs,
                      const api::storage::files::FileService& files,
                      const api::http::Request& request, const domain::FilePlace& file,
                      const std::string& permissions, base::TimePoint expiry) {
  const auto share_of = objects::account_of_share(file.account);
  const auto sas =
      share_of ? files.issue_sas(*share_of, file.container, file.path, permissions, expiry)
               : blobs.issue_sas(file.account, file.container, file.path, permissions, expiry);
  // In a path of our own the two services of an account are told apart by its name.
  const bool published = api::gateway::parse_published_name(request.host).has_value();
  const std::string endpoint = api::gateway::storage_endpoint(
      request, share_of && published ? *share_of : file.account, share_of ? "file" : "blob");
  return fmt::format("{}/{}/{}?{}", endpoint, file.container, base::percent_encode(file.path, "/"),
                     sas.has_value() ? sas.value() : "");
}

}  // namespace homeport::app
