#pragma once

#include <string>
#include <string_view>

namespace homeport::api::storage {

inline constexpr std::string_view kXmlDeclaration = "<?xml version=\"1.0\" encoding=\"utf-8\"?>";

std::string xml_escape(std::string_view text);
/// "<name>text</name>", text escaped; "<name />" where it is empty.
std::string xml_element(std::string_view name, std::string_view text);
/// A name of a blob or prefix: percent-encoded and marked so where XML cannot carry it.
std::string xml_name_element(std::string_view name, std::string_view text);

}  // namespace homeport::api::storage
