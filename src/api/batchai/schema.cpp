#include "api/batchai/schema.hpp"

#include <fmt/format.h>

#include <limits>
#include <optional>

#include "api/http/json.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;

/// A word of a command line cannot be longer than the kernel's 128 KiB; this leaves room for what
/// surrounds it.
constexpr size_t kLongestText = 64U << 10;
constexpr size_t kMostEntries = 1000;

class Reader {
 public:
  base::Result<json::object> object(const Model& model, const json::object& from,
                                    const std::string& path) {
    json::object kept;
    for (size_t i = 0; i < model.size; ++i) {
      const Field& field = model.fields[i];
      const std::string at = path.empty() ? field.name : fmt::format("{}.{}", path, field.name);
      const json::value* given = http::find_field(from, field.name);
      if (given == nullptr || given->is_null()) {
        if (field.need != Need::Optional) return wrong_field(at, "must be given");
        if (field.fallback == nullptr) continue;
        if (field.kind == Kind::Object) {
          HP_TRY(json::object whole, object(field.model, {}, at));
          kept[field.name] = std::move(whole);
        } else {
          kept[field.name] = field.fallback;
        }
        continue;
      }
      HP_TRY(auto read, value(field, *given, at));
      if (read) kept[field.name] = std::move(*read);
    }
    return kept;
  }

  std::map<std::string, security::Secret> secrets;

 private:
  /// nullopt: nothing of it is kept.
  base::Result<std::optional<json::value>> value(const Field& field, const json::value& given,
                                                 const std::string& at) {
    switch (field.kind) {
      case Kind::Integer:
        return integer(field, given, at);
      case Kind::Object: {
        if (!given.is_object()) return wrong_field(at, "must be an object");
        HP_TRY(json::object read, object(field.model, given.get_object(), at));
        return std::optional<json::value>(std::move(read));
      }
      case Kind::Objects:
      case Kind::Texts:
        return list(field, given, at);
      case Kind::Unbuilt:
        return base::not_implemented(fmt::format("{} ('{}')", field.choices, at));
      case Kind::Text:
      case Kind::Choice:
      case Kind::Duration:
      case Kind::Secret:
        break;
    }
    HP_TRY(std::string read, text(field, given, at));
    if (field.kind == Kind::Choice) return choice(field, read, at);
    if (field.kind == Kind::Duration) {
      const auto seconds = base::parse_iso8601_duration(read);
      if (seconds.has_error()) return wrong_field(at, seconds.error().message);
    }
    if (field.kind != Kind::Secret) return std::optional<json::value>(json::string(read));
    secrets[at] = security::Secret(std::move(read));
    return std::optional<json::value>();
  }

  static base::Result<std::string> text(const Field& field, const json::value& given,
                                        const std::string& at) {
    if (!given.is_string()) return wrong_field(at, "must be a string");
    std::string read(given.get_string());
    if (read.size() > kLongestText) {
      return wrong_field(at, fmt::format("is longer than {} bytes", kLongestText));
    }
    if (read.find('\0') != std::string::npos) return wrong_field(at, "must not hold a NUL");
    if (read.empty() && field.need == Need::Required) return wrong_field(at, "must not be empty");
    return read;
  }

  static base::Result<std::optional<json::value>> integer(const Field& field,
                                                          const json::value& given,
                                                          const std::string& at) {
    json::error_code error;
    const auto number = given.is_number() ? given.to_number<int64_t>(error) : 0;
    if (!given.is_number() || error) return wrong_field(at, "must be a whole number");
    constexpr int32_t kMost = std::numeric_limits<int32_t>::max();
    if (number < field.least || number > kMost) {
      return wrong_field(
          at, fmt::format("must be from {} to {}, and is {}", field.least, kMost, number));
    }
    return std::optional<json::value>(number);
  }

  static base::Result<std::optional<json::value>> choice(const Field& field,
                                                         const std::string& read,
                                                         const std::string& at) {
    const std::vector<std::string> words = base::split(field.choices, ' ');
    for (const std::string& word : words) {
      if (base::equals_ignoring_case(word, read)) {
        return std::optional<json::value>(json::string(word));
      }
    }
    return wrong_field(at,
                       fmt::format("must be one of {}, not '{}'", base::join(words, ", "), read));
  }

  base::Result<std::optional<json::value>> list(const Field& field, const json::value& given,
                                                const std::string& at) {
    if (!given.is_array()) return wrong_field(at, "must be a list");
    if (given.get_array().size() > kMostEntries) {
      return wrong_field(at, fmt::format("has more than {} entries", kMostEntries));
    }
    const bool of_objects = field.kind == Kind::Objects;
    json::array kept;
    for (const json::value& entry : given.get_array()) {
      const std::string place = fmt::format("{}[{}]", at, kept.size());
      const Field of_each{field.name, of_objects ? Kind::Object : Kind::Text, Need::Required,
                          field.model};
      HP_TRY(auto read, value(of_each, entry, place));
      kept.push_back(std::move(*read));
    }
    return std::optional<json::value>(std::move(kept));
  }
};

}  // namespace

base::Result<Conformed> conform(const Model& model, const json::object& object,
                                const std::string& path) {
  Reader reader;
  HP_TRY(json::object value, reader.object(model, object, path));
  return Conformed{std::move(value), std::move(reader.secrets)};
}

std::string text_at(const json::object& kept, const char* name) {
  const json::value* value = kept.if_contains(name);
  return value == nullptr ? std::string() : std::string(value->as_string());
}

base::Error wrong_field(const std::string& path, const std::string& why) {
  return base::invalid_argument(path, fmt::format("'{}' {}", path, why));
}

}  // namespace homeport::api::batchai
