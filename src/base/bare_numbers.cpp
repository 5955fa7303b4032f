#include "base/bare_numbers.hpp"

#include <array>

namespace homeport::base {
namespace {

constexpr std::array<std::string_view, 3> kWords{"NaN", "-Infinity", "Infinity"};

std::string_view word_at(std::string_view text) {
  for (const std::string_view word : kWords) {
    if (text.starts_with(word)) {
      return word;
    }
  }
  return {};
}

}  // namespace

std::string quote_bare_numbers(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  bool in_string = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    const std::string_view word = in_string ? std::string_view() : word_at(json.substr(i));
    if (!word.empty()) {
      out.append("\"").append(word).append("\"");
      i += word.size() - 1;
      continue;
    }
    out += c;
    if (c == '"') {
      in_string = !in_string;
    } else if (in_string && c == '\\' && i + 1 < json.size()) {
      out += json[++i];
    }
  }
  return out;
}

}  // namespace homeport::base
