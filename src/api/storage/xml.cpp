#include "api/storage/xml.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace homeport::api::storage {
namespace {

bool is_xml_text(std::string_view text) {
  return std::ranges::none_of(text,
                              [](char c) {
                                const auto byte = static_cast<unsigned char>(c);
                                return byte < 0x20 && c != '\t' && c != '\n' && c != '\r';
                              }) &&
         text.find("\xef\xbf\xbe") == std::string_view::npos &&
         text.find("\xef\xbf\xbf") == std::string_view::npos;
}

}  // namespace

std::string xml_escape(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\r':
        escaped += "&#13;";  // a parser would make a newline of it
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string xml_element(std::string_view name, std::string_view text) {
  std::string element = "<" + std::string(name);
  if (text.empty()) return element + " />";
  return element + ">" + xml_escape(text) + "</" + std::string(name) + ">";
}

std::string xml_name_element(std::string_view name, std::string_view text) {
  if (is_xml_text(text)) return xml_element(name, text);
  return "<" + std::string(name) + " Encoded=\"true\">" + base::percent_encode(text, "/") + "</" +
         std::string(name) + ">";
}

}  // namespace homeport::api::storage
