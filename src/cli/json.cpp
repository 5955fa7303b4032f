#include "cli/json.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cmath>

#include "base/bare_numbers.hpp"

namespace homeport::cli {
namespace {

namespace json = boost::json;

/// Numbers as people write them: 0.25, not 2.5E-1.
std::string scalar_text(const json::value& value) {
  const double* number = value.if_double();
  return number != nullptr && std::isfinite(*number) ? fmt::format("{}", *number)
                                                     : json::serialize(value);
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
    out += scalar_text(value);
  }
}

}  // namespace

base::Result<json::value> parse_json(std::string_view text) {
  boost::system::error_code failure;
  json::value value = json::parse(text, failure);
  if (failure) {
    failure.clear();
    value = json::parse(base::quote_bare_numbers(text), failure);
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
  return scalar_text(found);
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
