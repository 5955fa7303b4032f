#include "api/storage/blob/listing_query.hpp"

#include <algorithm>

#include "api/storage/failure.hpp"
#include "api/storage/xml.hpp"
#include "base/text.hpp"

namespace homeport::api::storage::blob {
namespace {

constexpr int64_t kMaxPage = 5000;

base::Result<void> parse_include(const std::string& include, ListingQuery& result) {
  if (include.empty()) return base::success();
  for (const std::string& word : base::split(base::to_lower(include), ',')) {
    if (word == "metadata") {
      result.include_metadata = true;
    } else if (word == "uncommittedblobs") {
      return base::not_implemented("List Blobs with include=uncommittedblobs");
    } else if (word != "snapshots" && word != "copy" && word != "deleted" && word != "versions" &&
               word != "tags" && word != "immutabilitypolicy" && word != "legalhold" &&
               word != "deletedwithversions" && word != "permissions" && word != "system") {
      // The others name what no blob has here, so a list without it is true.
      return bad_request("InvalidQueryParameterValue", "include=" + word + " is not known");
    }
  }
  return base::success();
}

}  // namespace

std::string to_marker(const std::string& name) {
  return base::base64url_encode(name);
}

base::Result<ListingQuery> parse_listing_query(const http::Request& request) {
  ListingQuery result;
  result.query.prefix = request.parameter("prefix").value_or("");
  result.query.delimiter = request.parameter("delimiter").value_or("");
  result.marker = request.parameter("marker").value_or("");
  result.max_results = request.parameter("maxresults").value_or("");
  const auto start = base::base64url_decode(result.marker);
  if (!start) return bad_request("InvalidQueryParameterValue", "marker is none of this server's");
  result.query.start = *start;
  if (!result.max_results.empty()) {
    const auto max = base::parse_integer(result.max_results);
    if (!max || *max < 1) {
      return bad_request("OutOfRangeQueryParameterValue", "maxresults is a number from 1 to 5000");
    }
    result.query.max = static_cast<size_t>(std::min(*max, kMaxPage));
  }
  HP_TRYV(parse_include(request.parameter("include").value_or(""), result));
  return result;
}

std::string render_listing_head(const Call& call, const ListingQuery& query,
                                const std::string& container) {
  const std::string endpoint = service_endpoint(call.request, call.resource);
  std::string text = std::string(kXmlDeclaration) + "<EnumerationResults ServiceEndpoint=\"" +
                     xml_escape(endpoint) + "\"";
  if (!container.empty()) text += " ContainerName=\"" + xml_escape(container) + "\"";
  text += ">";
  if (!query.query.prefix.empty()) text += xml_name_element("Prefix", query.query.prefix);
  if (!query.marker.empty()) text += xml_element("Marker", query.marker);
  if (!query.max_results.empty()) text += xml_element("MaxResults", query.max_results);
  if (!query.query.delimiter.empty()) text += xml_name_element("Delimiter", query.query.delimiter);
  return text;
}

std::string render_metadata(const objects::Metadata& metadata) {
  if (metadata.empty()) return "<Metadata />";
  std::string text = "<Metadata>";
  for (const auto& [name, value] : metadata) text += xml_element(name, value);
  return text + "</Metadata>";
}

}  // namespace homeport::api::storage::blob
