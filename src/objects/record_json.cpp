#include "objects/record_json.hpp"

#include "base/text.hpp"

namespace homeport::objects {

namespace json = boost::json;

json::array to_json(const Metadata& metadata) {
  json::array result;
  for (const auto& [name, value] : metadata) result.push_back(json::array{name, value});
  return result;
}

json::object to_json(const ContentProperties& properties) {
  return {{"type", properties.type},
          {"encoding", properties.encoding},
          {"language", properties.language},
          {"disposition", properties.disposition},
          {"cache_control", properties.cache_control},
          {"md5", base::base64_encode(properties.md5)}};
}

json::object to_json(const CopyRecord& copy) {
  return {{"id", copy.id},
          {"source", copy.source},
          {"size", copy.size},
          {"completed", to_number(copy.completed)}};
}

Metadata metadata_of(const json::value& value) {
  Metadata result;
  for (const json::value& pair : value.as_array()) {
    result.emplace_back(json::value_to<std::string>(pair.at(0)),
                        json::value_to<std::string>(pair.at(1)));
  }
  return result;
}

ContentProperties properties_of(const json::value& value) {
  const auto text = [&](const char* key) { return json::value_to<std::string>(value.at(key)); };
  return {text("type"),          text("encoding"),
          text("language"),      text("disposition"),
          text("cache_control"), base::base64_decode(text("md5")).value_or("")};
}

CopyRecord copy_of(const json::value& value) {
  return {json::value_to<std::string>(value.at("id")),
          json::value_to<std::string>(value.at("source")), value.at("size").to_number<uint64_t>(),
          time_of(value.at("completed"))};
}

int64_t to_number(base::TimePoint time) {
  return time.time_since_epoch().count();
}

base::TimePoint time_of(const json::value& value) {
  return base::TimePoint(base::Duration(value.to_number<int64_t>()));
}

}  // namespace homeport::objects
