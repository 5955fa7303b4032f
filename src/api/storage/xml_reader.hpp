#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace homeport::api::storage {

/// An element of a small document that a client sent: either text or children count, never both.
struct XmlElement {
  std::string name;  ///< without a prefix
  std::string text;  ///< entities resolved, blanks around it dropped
  std::vector<XmlElement> children;

  /// The first child of that name; null where there is none.
  const XmlElement* find(std::string_view child) const;
  /// The text of the first child of that name; "" where there is none.
  std::string text_of(std::string_view child) const;
};

/// As much of XML as storage clients send: elements, text, character references, and what may be
/// passed over (declaration, comments, attributes). No document types, no depth beyond 8.
/// InvalidArgument "InvalidXmlDocument" for anything else.
base::Result<XmlElement> parse_xml(std::string_view text);

}  // namespace homeport::api::storage
