#include "api/http/message.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace homeport::api::http {

void Headers::set(std::string name, std::string value) {
  std::erase_if(fields_,
                [&](const auto& field) { return base::equals_ignoring_case(field.first, name); });
  add(std::move(name), std::move(value));
}

std::string_view Headers::get(std::string_view name) const {
  for (const auto& field : fields_) {
    if (base::equals_ignoring_case(field.first, name)) return field.second;
  }
  return {};
}

bool Headers::has(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(), [&](const auto& field) {
    return base::equals_ignoring_case(field.first, name);
  });
}

std::optional<std::string> Request::parameter(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (base::equals_ignoring_case(key, name)) return value;
  }
  return std::nullopt;
}

Response text_response(int status, std::string content_type, std::string text) {
  Response response{status};
  response.headers.add("Content-Type", std::move(content_type));
  response.body = std::move(text);
  return response;
}

Response json_response(int status, std::string json) {
  return text_response(status, "application/json; charset=utf-8", std::move(json));
}

}  // namespace homeport::api::http
