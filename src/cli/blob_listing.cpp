#include "cli/blob_listing.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace homeport::cli {
namespace {

/// The text between <name> and </name> from `from` on; moves `from` behind it. nullopt if none.
std::optional<std::string_view> next_element(std::string_view xml, std::string_view name,
                                             size_t& from) {
  const std::string open = "<" + std::string(name) + ">";
  const std::string close = "</" + std::string(name) + ">";
  const size_t begin = xml.find(open, from);
  if (begin == std::string_view::npos) {
    return std::nullopt;
  }
  const size_t end = xml.find(close, begin + open.size());
  if (end == std::string_view::npos) {
    return std::nullopt;
  }
  from = end + close.size();
  return xml.substr(begin + open.size(), end - begin - open.size());
}

std::string element(std::string_view xml, std::string_view name) {
  size_t from = 0;
  const auto found = next_element(xml, name, from);
  return found ? xml_unescape(*found) : "";
}

}  // namespace

std::string xml_unescape(std::string_view text) {
  static constexpr std::pair<std::string_view, char> kNames[] = {
      {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const auto* name = std::find_if(std::begin(kNames), std::end(kNames), [&](const auto& entry) {
      return text.substr(i).starts_with(entry.first);
    });
    if (name != std::end(kNames)) {
      out += name->second;
      i += name->first.size();
    } else {
      out += text[i++];
    }
  }
  return out;
}

std::string xml_escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

BlobPage parse_blob_page(std::string_view xml) {
  BlobPage page;
  size_t from = 0;
  while (const auto blob = next_element(xml, "Blob", from)) {
    page.items.push_back(
        {element(*blob, "Name"),
         static_cast<uint64_t>(base::parse_integer(element(*blob, "Content-Length")).value_or(0)),
         element(*blob, "Last-Modified"), false});
  }
  from = 0;
  while (const auto prefix = next_element(xml, "BlobPrefix", from)) {
    page.items.push_back({element(*prefix, "Name"), 0, "", true});
  }
  std::sort(page.items.begin(), page.items.end(),
            [](const BlobItem& a, const BlobItem& b) { return a.name < b.name; });
  page.next_marker = element(xml, "NextMarker");
  return page;
}

}  // namespace homeport::cli
