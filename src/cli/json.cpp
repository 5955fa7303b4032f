#include "cli/json.hpp"

#include <boost/json.hpp>

namespace homeport::cli {
namespace {

namespace json = boost::json;

/// Puts quotes around bare NaN, Infinity and -Infinity, which Boost.JSON 1.81 cannot read.
std::string quote_bare_numbers(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      out += c;
      if (c == '\\' && i + 1 < text.size()) {
        out += text[++i];
      } else if (c == '"') {
        in_string = false;
      }
      continue;
    }
    bool replaced = false;
    for (const std::string_view word : {"NaN", "-Infinity", "Infinity"}) {
      if (text.substr(i, word.size()) == word) {
        out.append("\"").append(word).append("\"");
        i += word.size() - 1;
        replaced = true;
        break;
      }
    }
    if (!replaced) {
      in_string = c == '"';
      out += c;
    }
  }
  return out;
}

void print(std::string& out, const json::value& value, size_t depth) {
  const auto new_line = [&out](size_t level) { out.append("\n").append(level * 2, ' '); };
  if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
    out += '{';
    const char* separator = "";
    for (const auto& [key, member] : *object) {
      out += separator;
      new_line(depth + 1);
      out += json::serialize(json::string(key)) + ": ";
      print(out, member, depth + 1);
      separator = ",";
    }
    new_line(depth);
    out += '}';
  } else if (const auto* array = value.if_array(); array != nullptr && !array->empty()) {
    out += '[';
    const char* separator = "";
    for (const auto& element : *array) {
      out += separator;
      new_line(depth + 1);
      print(out, element, depth + 1);
      separator = ",";
    }
    new_line(depth);
    out += ']';
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

base::Result<json::value> parse_json(std::string_view text) {
  boost::system::error_code failure;
  json::value value = json::parse(text, failure);
  if (failure) {
    failure.clear();
    value = json::parse(quote_bare_numbers(text), failure);
  }
  if (failure) {
    return base::internal("this is not JSON: " + std::string(text.substr(0, 80)),
                          failure.message());
  }
  return value;
}

std::string pretty(const json::value& value) {
  std::string out;
  print(out, value, 0);
  out += '\n';
  return out;
}

const json::value& at(const json::value& value, std::string_view pointer) {
  static const json::value kNull;
  boost::system::error_code failure;
  const json::value* found =
      value.find_pointer(json::string_view(pointer.data(), pointer.size()), failure);
  return found != nullptr ? *found : kNull;
}

std::string text_at(const json::value& value, std::string_view pointer) {
  const json::value& found = at(value, pointer);
  if (found.is_null()) {
    return "";
  }
  if (const auto* text = found.if_string()) {
    return std::string(text->data(), text->size());
  }
  return json::serialize(found);
}

int64_t number_at(const json::value& value, std::string_view pointer, int64_t otherwise) {
  const json::value& found = at(value, pointer);
  boost::system::error_code failure;
  const auto number = found.to_number<int64_t>(failure);
  return failure ? otherwise : number;
}

const json::array& array_at(const json::value& value, std::string_view pointer) {
  static const json::array kEmpty;
  const auto* array = at(value, pointer).if_array();
  return array != nullptr ? *array : kEmpty;
}

const json::object& object_at(const json::value& value, std::string_view pointer) {
  static const json::object kEmpty;
  const auto* object = at(value, pointer).if_object();
  return object != nullptr ? *object : kEmpty;
}

}  // namespace homeport::cli
