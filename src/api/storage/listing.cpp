#include "api/storage/listing.hpp"

#include <algorithm>

#include "api/storage/failure.hpp"
#include "api/storage/xml.hpp"
#include "base/text.hpp"

namespace homeport::api::storage {
namespace {

constexpr int64_t kMaxPage = 5000;

}  // namespace

bool ListingRequest::includes(std::string_view word) const {
  return std::ranges::find(include, word) != include.end();
}

std::string to_marker(const std::string& name, const std::string& snapshot) {
  const std::string marker = base::base64url_encode(name);
  return snapshot.empty() ? marker : marker + "." + base::base64url_encode(snapshot);
}

base::Result<ListingRequest> parse_listing(const http::Request& request,
                                           std::span<const std::string_view> words) {
  ListingRequest result;
  result.query.prefix = request.parameter("prefix").value_or("");
  result.query.delimiter = request.parameter("delimiter").value_or("");
  result.marker = request.parameter("marker").value_or("");
  result.max_results = request.parameter("maxresults").value_or("");
  const size_t dot = std::min(result.marker.find('.'), result.marker.size());
  const auto start = base::base64url_decode(result.marker.substr(0, dot));
  const auto snapshot =
      base::base64url_decode(result.marker.substr(std::min(dot + 1, result.marker.size())));
  if (!start || !snapshot) {
    return bad_request("InvalidQueryParameterValue", "marker is none of this server's");
  }
  result.query.start = *start;
  result.query.start_snapshot = *snapshot;
  if (!result.max_results.empty()) {
    const auto max = base::parse_integer(result.max_results);
    if (!max || *max < 1) {
      return bad_request("OutOfRangeQueryParameterValue", "maxresults is a number from 1 to 5000");
    }
    result.query.max = static_cast<size_t>(std::min(*max, kMaxPage));
  }
  const std::string include = base::to_lower(request.parameter("include").value_or(""));
  for (const std::string& word : base::split(include, ',')) {
    if (word.empty()) continue;
    if (std::ranges::find(words, word) == words.end()) {
      return bad_request("InvalidQueryParameterValue", "include=" + word + " is not known");
    }
    result.include.push_back(word);
  }
  return result;
}

std::string render_listing_head(const http::Request& request, const Resource& resource,
                                const ListingRequest& listing, const std::string& attributes) {
  std::string text = std::string(kXmlDeclaration) + "<EnumerationResults ServiceEndpoint=\"" +
                     xml_escape(service_endpoint(request, resource)) + "\"" + attributes + ">";
  if (!listing.query.prefix.empty()) text += xml_name_element("Prefix", listing.query.prefix);
  if (!listing.marker.empty()) text += xml_element("Marker", listing.marker);
  if (!listing.max_results.empty()) text += xml_element("MaxResults", listing.max_results);
  if (!listing.query.delimiter.empty()) {
    text += xml_name_element("Delimiter", listing.query.delimiter);
  }
  return text;
}

std::string render_metadata(const objects::Metadata& metadata) {
  if (metadata.empty()) return "<Metadata />";
  std::string text = "<Metadata>";
  for (const auto& [name, value] : metadata) text += xml_element(name, value);
  return text + "</Metadata>";
}

}  // namespace homeport::api::storage
