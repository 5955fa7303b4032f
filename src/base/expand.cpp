#include "base/expand.hpp"

#include <cctype>
#include <set>

namespace homeport::base {
namespace {

/// No program can be given a text that is longer than the kernel's 128 KiB; without a bound a few
/// lines that name each other would fill the memory.
constexpr size_t kLongestResult = 256U << 10;

bool is_name(char c, bool first) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '_' || std::isalpha(byte) != 0 || (!first && std::isdigit(byte) != 0);
}

std::string value_in(const Variables& variables, const std::string& name) {
  const auto found = variables.find(name);
  return found == variables.end() ? std::string() : found->second;
}

/// Values by name, each expanded when it is asked for.
class Values {
 public:
  Values(const Variables& values, const Variables& known) : values_(values), known_(known) {}

  std::string operator[](const std::string& name) {
    const auto given = values_.find(name);
    if (given == values_.end() || asked_.count(name) != 0) return value_in(known_, name);
    const auto done = expanded_.find(name);
    if (done != expanded_.end()) return done->second;
    asked_.insert(name);
    std::string value = expand_variables(
        given->second, [this](const std::string& other) { return (*this)[other]; });
    asked_.erase(name);
    return expanded_[name] = std::move(value);
  }

 private:
  const Variables& values_;
  const Variables& known_;
  std::set<std::string> asked_;  ///< whose values are being made
  Variables expanded_;
};

}  // namespace

std::string expand_variables(const std::string& text,
                             const std::function<std::string(const std::string&)>& value_of) {
  std::string result;
  for (size_t at = 0; at < text.size() && result.size() < kLongestResult; ++at) {
    if (text[at] != '$' || at + 1 == text.size()) {
      result += text[at];
      continue;
    }
    const bool braced = text[at + 1] == '{';
    const size_t begin = at + (braced ? 2 : 1);
    size_t end = begin;
    while (end < text.size() && is_name(text[end], end == begin)) ++end;
    const bool whole = end > begin && (!braced || (end < text.size() && text[end] == '}'));
    if (!whole) {
      result += '$';
      if (text[at + 1] == '$') ++at;
      continue;
    }
    result += value_of(text.substr(begin, end - begin));
    at = braced ? end : end - 1;
  }
  if (result.size() > kLongestResult) result.resize(kLongestResult);
  return result;
}

std::string expand_variables(const std::string& text, const Variables& variables) {
  return expand_variables(
      text, [&variables](const std::string& name) { return value_in(variables, name); });
}

std::string escape_variables(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '$') result += '$';
    result += c;
  }
  return result;
}

Variables expand_values(const Variables& values, const Variables& known) {
  Values all(values, known);
  Variables result;
  for (const auto& [name, value] : values) result[name] = all[name];
  return result;
}

}  // namespace homeport::base
