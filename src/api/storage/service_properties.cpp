#include "api/storage/service_properties.hpp"

#include <algorithm>

#include "api/storage/failure.hpp"
#include "api/storage/headers.hpp"
#include "api/storage/xml.hpp"
#include "api/storage/xml_reader.hpp"

namespace homeport::api::storage {
namespace {

constexpr uint64_t kMaxDocumentBytes = 64U << 10;

// Whether anything below says that something shall be done.
bool asks_for_something(const XmlElement& setting) {
  if (setting.text == "true") return true;
  return std::ranges::any_of(setting.children, asks_for_something);
}

std::string metrics(const char* name) {
  return std::string("<") + name +
         "><Version>1.0</Version><Enabled>false</Enabled>"
         "<RetentionPolicy><Enabled>false</Enabled></RetentionPolicy></" +
         name + ">";
}

}  // namespace

http::Response service_properties(Service service) {
  std::string text = std::string(kXmlDeclaration) + "<StorageServiceProperties>";
  if (service == Service::Blob) {
    text +=
        "<Logging><Version>1.0</Version><Delete>false</Delete><Read>false</Read>"
        "<Write>false</Write><RetentionPolicy><Enabled>false</Enabled></RetentionPolicy></Logging>";
  }
  text += metrics("HourMetrics") + metrics("MinuteMetrics") + "<Cors />";
  if (service == Service::Blob) {
    text +=
        "<DeleteRetentionPolicy><Enabled>false</Enabled></DeleteRetentionPolicy>"
        "<StaticWebsite><Enabled>false</Enabled></StaticWebsite>";
  }
  return http::text_response(200, "application/xml", text + "</StorageServiceProperties>");
}

Outcome set_service_properties(const http::Request& request) {
  HP_TRY(const std::string text, body_text(request.body, kMaxDocumentBytes));
  HP_TRY(const XmlElement root, parse_xml(text));
  if (root.name != "StorageServiceProperties") {
    return bad_request("InvalidXmlDocument", "StorageServiceProperties expected");
  }
  for (const XmlElement& setting : root.children) {
    const bool rules = setting.name == "Cors" && !setting.children.empty();
    if (rules || setting.name == "DefaultServiceVersion" || asks_for_something(setting)) {
      return base::not_implemented("the setting " + setting.name + " of a storage account");
    }
  }
  return http::Response{202};
}

}  // namespace homeport::api::storage
