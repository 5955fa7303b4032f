#include "api/http/json.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>

#include "base/text.hpp"

namespace homeport::api::http {
namespace {

namespace json = boost::json;

/// Marks a string that stands for a number JSON cannot write. A code point of the private use area,
/// so no text that means anything begins with it.
constexpr std::string_view kMark = "\xee\x80\x80";
constexpr std::string_view kNotNumbers[] = {"NaN", "-Infinity", "Infinity"};
constexpr size_t kMaxDepth = 64;

/// Puts a marked string in the place of each bare NaN and its like, outside of strings.
std::string quote_not_numbers(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  bool in_string = false;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (in_string) {
      if (c == '\\' && at + 1 < text.size()) {
        out += c;
        ++at;
      } else if (c == '"') {
        in_string = false;
      }
      out += text[at++];
      continue;
    }
    std::string_view found;
    for (std::string_view word : kNotNumbers) {
      if (text.substr(at).starts_with(word)) found = word;
    }
    if (!found.empty()) {
      out += fmt::format("\"{}{}\"", kMark, found);
      at += found.size();
      continue;
    }
    in_string = c == '"';
    out += c;
    ++at;
  }
  return out;
}

base::Error wrong_type(std::string_view name, const char* wanted) {
  return base::invalid_argument(std::string(name), fmt::format("'{}' must be {}", name, wanted));
}

const json::value* present(const json::object& object, std::string_view name) {
  const json::value* value = find_field(object, name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

}  // namespace

base::Result<std::string> body_text(const Request& request) {
  if (!request.body.file) return request.body.text;
  std::string text(request.body.size, '\0');
  for (size_t at = 0; at < text.size();) {
    const ssize_t got = ::pread(request.body.file->get(), text.data() + at, text.size() - at,
                                static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return base::system_error("cannot read the request's body", errno);
    at += static_cast<size_t>(got);
  }
  return text;
}

base::Result<json::value> parse_json(std::string_view text) {
  json::error_code error;
  json::parse_options options;
  options.max_depth = kMaxDepth;
  const bool plain =
      text.find("NaN") == std::string_view::npos && text.find("Infinity") == std::string_view::npos;
  const std::string quoted = plain ? std::string() : quote_not_numbers(text);
  const std::string_view source = plain ? text : std::string_view(quoted);
  json::value value = json::parse({source.data(), source.size()}, error, {}, options);
  if (error) {
    return base::invalid_argument("", fmt::format("the body is not JSON: {}", error.message()));
  }
  return value;
}

base::Result<json::object> json_object(const Request& request) {
  HP_TRY(const std::string text, body_text(request));
  if (base::trim(text).empty()) return json::object();
  HP_TRY(json::value value, parse_json(text));
  if (!value.is_object()) return base::invalid_argument("", "the body must be a JSON object");
  return std::move(value.get_object());
}

std::string to_json_text(const json::value& value) {
  std::string text = json::serialize(value);
  for (std::string_view word : kNotNumbers) {
    const std::string quoted = fmt::format("\"{}{}\"", kMark, word);
    for (size_t at = 0; (at = text.find(quoted, at)) != std::string::npos; at += word.size()) {
      text.replace(at, quoted.size(), word);
    }
  }
  return text;
}

const json::value* find_field(const json::object& object, std::string_view name) {
  if (const json::value* exact = object.if_contains({name.data(), name.size()})) return exact;
  for (const auto& [key, value] : object) {
    if (base::equals_ignoring_case({key.data(), key.size()}, name)) return &value;
  }
  return nullptr;
}

base::Result<std::optional<std::string>> optional_string(const json::object& object,
                                                         std::string_view name) {
  const json::value* value = present(object, name);
  if (value == nullptr) return std::optional<std::string>();
  if (!value->is_string()) return wrong_type(name, "a string");
  return std::optional<std::string>(std::string(value->get_string()));
}

base::Result<std::optional<int64_t>> optional_integer(const json::object& object,
                                                      std::string_view name) {
  const json::value* value = present(object, name);
  if (value == nullptr) return std::optional<int64_t>();
  if (value->is_string()) {
    const json::string& text = value->get_string();
    const std::optional<int64_t> number = base::parse_integer({text.data(), text.size()});
    if (!number) return wrong_type(name, "a whole number");
    return number;
  }
  json::error_code error;
  const auto number = value->to_number<int64_t>(error);
  if (error) return wrong_type(name, "a whole number");
  return std::optional<int64_t>(number);
}

base::Result<std::optional<bool>> optional_bool(const json::object& object, std::string_view name) {
  const json::value* value = present(object, name);
  if (value == nullptr) return std::optional<bool>();
  if (!value->is_bool()) return wrong_type(name, "true or false");
  return std::optional<bool>(value->get_bool());
}

base::Result<std::map<std::string, std::string>> string_map(const json::object& object,
                                                            std::string_view name) {
  std::map<std::string, std::string> map;
  const json::value* value = present(object, name);
  if (value == nullptr) return map;
  if (!value->is_object()) return wrong_type(name, "an object of strings");
  for (const auto& [key, entry] : value->get_object()) {
    if (entry.is_object() || entry.is_array()) return wrong_type(name, "an object of strings");
    const bool is_text = entry.is_string();
    map[std::string(key)] = is_text           ? std::string(entry.get_string())
                            : entry.is_null() ? std::string()
                                              : json::serialize(entry);
  }
  return map;
}

base::Result<std::vector<std::string>> string_list(const json::object& object,
                                                   std::string_view name) {
  std::vector<std::string> list;
  const json::value* value = present(object, name);
  if (value == nullptr) return list;
  if (!value->is_array()) return wrong_type(name, "a list of strings");
  for (const json::value& entry : value->get_array()) {
    if (entry.is_object() || entry.is_array()) return wrong_type(name, "a list of strings");
    list.push_back(entry.is_string() ? std::string(entry.get_string()) : json::serialize(entry));
  }
  return list;
}

base::Result<json::object> object_field(const json::object& object, std::string_view name) {
  const json::value* value = present(object, name);
  if (value == nullptr) return json::object();
  if (!value->is_object()) return wrong_type(name, "an object");
  return value->get_object();
}

json::object to_object(const std::map<std::string, std::string>& map) {
  json::object object;
  for (const auto& [key, value] : map) object[key] = value;
  return object;
}

}  // namespace homeport::api::http
