#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/blob_container.hpp"

namespace homeport::cli {

/// One page of List Blobs, as its XML says it.
struct BlobPage {
  std::vector<BlobItem> items;
  std::string next_marker;
};

/// Reads EnumerationResults; what it does not know it skips.
BlobPage parse_blob_page(std::string_view xml);

/// The five named entities.
std::string xml_unescape(std::string_view text);
std::string xml_escape(std::string_view text);

}  // namespace homeport::cli
