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

enum class Numbers { Parsed, Verbatim };

/// The length of what at the start of `text` must be kept as it is written: NaN and its like, and
/// with Numbers::Verbatim a number with a fraction or an exponent. 0: nothing.
size_t kept_length(std::string_view text, Numbers numbers) {
  for (std::string_view word : kNotNumbers) {
    if (text.starts_with(word)) return word.size();
  }
  if (numbers == Numbers::Parsed) return 0;
  const size_t length = std::min(text.find_first_not_of("+-.0123456789eE"), text.size());
  const bool number =
      length > 0 && (text.front() == '-' || (text.front() >= '0' && text.front() <= '9'));
  if (!number || text.substr(0, length).find_first_of(".eE") == std::string_view::npos) return 0;
  return length;
}

/// True if the JSON parser takes it as a number (or it is NaN or one of its like).
bool is_number(std::string_view text) {
  if (text.find_first_of("NI") != std::string_view::npos) return true;
  json::error_code error;
  json::parse({text.data(), text.size()}, error);
  return !error;
}

/// Puts a marked string in the place of each token outside of strings that must be kept.
std::string quote_kept(std::string_view text, Numbers numbers) {
  std::string out;
  out.reserve(text.size() + 16);
  bool in_string = false;
  bool token_starts = true;
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
    const size_t kept = token_starts ? kept_length(text.substr(at), numbers) : 0;
    if (kept > 0 && is_number(text.substr(at, kept))) {
      out += fmt::format("\"{}{}\"", kMark, text.substr(at, kept));
      at += kept;
      continue;
    }
    in_string = c == '"';
    token_starts =
        c == '[' || c == ':' || c == ',' || c == ' ' || c == '\n' || c == '\t' || c == '\r';
    out += c;
    ++at;
  }
  return out;
}

base::Result<json::value> parse(std::string_view source) {
  json::error_code error;
  json::parse_options options;
  options.max_depth = kMaxDepth;
  json::value value = json::parse({source.data(), source.size()}, error, {}, options);
  if (error) {
    return base::invalid_argument("", fmt::format("the body is not JSON: {}", error.message()));
  }
  return value;
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
  const bool plain =
      text.find("NaN") == std::string_view::npos && text.find("Infinity") == std::string_view::npos;
  return plain ? parse(text) : parse(quote_kept(text, Numbers::Parsed));
}

base::Result<json::value> parse_json_verbatim(std::string_view text) {
  return parse(quote_kept(text, Numbers::Verbatim));
}

base::Result<json::object> json_object(const Request& request) {
  HP_TRY(const std::string text, body_text(request));
  if (base::trim(text).empty()) return json::object();
  HP_TRY(json::value value, parse_json(text));
  if (!value.is_object()) return base::invalid_argument("", "the body must be a JSON object");
  return std::move(value.get_object());
}

std::string to_json_text(const json::value& value) {
  const std::string text = json::serialize(value);
  const std::string opening = fmt::format("\"{}", kMark);
  std::string out;
  size_t from = 0;
  for (size_t at = 0; (at = text.find(opening, from)) != std::string::npos;) {
    const size_t token = at + opening.size();
    const size_t end = text.find('"', token);
    out.append(text, from, at - from).append(text, token, end - token);
    from = end + 1;
  }
  return out.append(text, from);
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
