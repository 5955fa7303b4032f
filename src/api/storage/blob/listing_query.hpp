#pragma once

#include <string>

#include "api/storage/blob/call.hpp"
#include "base/result.hpp"
#include "objects/object_store.hpp"

namespace homeport::api::storage::blob {

/// The parameters that both listings share.
struct ListingQuery {
  objects::ListQuery query;
  std::string marker;       ///< as sent
  std::string max_results;  ///< as sent
  bool include_metadata = false;
};

/// InvalidArgument "OutOfRangeQueryParameterValue" for maxresults under 1,
/// "InvalidQueryParameterValue" for a marker or include that is none. NotImplemented for an include
/// that would change the list.
base::Result<ListingQuery> parse_listing_query(const http::Request& request);

/// A name as a marker that a client hands back untouched: base64url, for not every name can be XML.
std::string to_marker(const std::string& name);

/// "<EnumerationResults …>" and the echo of the parameters. `container` "" = of the account.
std::string render_listing_head(const Call& call, const ListingQuery& query,
                                const std::string& container);
std::string render_metadata(const objects::Metadata& metadata);

}  // namespace homeport::api::storage::blob
