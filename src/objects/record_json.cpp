#include "objects/record_json.hpp"

#include <stdexcept>

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

json::object to_json(const ObjectTraits& traits) {
  json::object object{
      {"kind", static_cast<int>(traits.kind)}, {"sequence_number", traits.sequence_number},
      {"appended", traits.appended},           {"sealed", traits.sealed},
      {"access_tier", traits.access_tier},     {"tier_changed", to_number(traits.tier_changed)}};
  if (traits.copy) object["copy"] = to_json(*traits.copy);
  return object;
}

json::object to_json(const Lease& lease) {
  json::object object{{"id", lease.id}};
  if (lease.duration) {
    object["duration"] = lease.duration->count();
    object["expires"] = to_number(lease.expires);
  }
  if (lease.broken) object["broken"] = to_number(*lease.broken);
  return object;
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

ObjectTraits traits_of(const json::value& value) {
  ObjectTraits traits;
  const auto kind = value.at("kind").to_number<int>();
  if (kind < 0 || kind > static_cast<int>(ObjectKind::Page)) {
    throw std::out_of_range("an object's kind");
  }
  traits.kind = static_cast<ObjectKind>(kind);
  traits.sequence_number = value.at("sequence_number").to_number<uint64_t>();
  traits.appended = value.at("appended").to_number<uint32_t>();
  traits.sealed = value.at("sealed").as_bool();
  traits.access_tier = json::value_to<std::string>(value.at("access_tier"));
  traits.tier_changed = time_of(value.at("tier_changed"));
  if (const json::value* copy = value.as_object().if_contains("copy")) traits.copy = copy_of(*copy);
  return traits;
}

Lease lease_of(const json::value& value) {
  Lease lease;
  lease.id = json::value_to<std::string>(value.at("id"));
  const json::object& fields = value.as_object();
  if (const json::value* duration = fields.if_contains("duration")) {
    lease.duration = std::chrono::seconds(duration->to_number<int64_t>());
    lease.expires = time_of(value.at("expires"));
  }
  if (const json::value* broken = fields.if_contains("broken")) lease.broken = time_of(*broken);
  return lease;
}

int64_t to_number(base::TimePoint time) {
  return time.time_since_epoch().count();
}

base::TimePoint time_of(const json::value& value) {
  return base::TimePoint(base::Duration(value.to_number<int64_t>()));
}

}  // namespace homeport::objects
