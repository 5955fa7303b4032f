#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/message.hpp"
#include "api/storage/resource.hpp"
#include "base/result.hpp"
#include "objects/object_store.hpp"

namespace homeport::api::storage {

/// The parameters that all listings share.
struct ListingRequest {
  objects::ListQuery query;
  std::string marker;                ///< as sent
  std::string max_results;           ///< as sent
  std::vector<std::string> include;  ///< lower-case words
  bool includes(std::string_view word) const;
};

/// InvalidArgument "OutOfRangeQueryParameterValue" for maxresults under 1,
/// "InvalidQueryParameterValue" for a marker that is none of ours or an include that `words` does
/// not have.
base::Result<ListingRequest> parse_listing(const http::Request& request,
                                           std::span<const std::string_view> words);

/// A name as a marker that a client hands back untouched: base64url, for not every name can be XML.
/// `snapshot` is a Listing's `next_snapshot`.
std::string to_marker(const std::string& name, const std::string& snapshot = "");

/// "<EnumerationResults …>" with these attributes after its endpoint (" ContainerName=\"c\""), and
/// the echo of the parameters.
std::string render_listing_head(const http::Request& request, const Resource& resource,
                                const ListingRequest& listing, const std::string& attributes);
std::string render_metadata(const objects::Metadata& metadata);

}  // namespace homeport::api::storage
