#pragma once

#include <algorithm>
#include <boost/json/value.hpp>
#include <chrono>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/codec_fields.hpp"

namespace homeport::ledger {

/// Reads what DocumentWriter wrote. A field that is not there keeps its default; one of another
/// kind than expected makes broken() name it.
class DocumentReader {
 public:
  template <typename T>
  using Ref = T&;

  explicit DocumentReader(const boost::json::object& object) : object_(&object) {}

  template <typename T>
  void operator()(std::string_view name, T& field) {
    const boost::json::value* value = object_->if_contains(name);
    if (value && !get(*value, field) && broken_.empty()) broken_ = name;
  }

  /// The first field that could not be read; empty if all could.
  const std::string& broken() const { return broken_; }

 private:
  using Value = boost::json::value;

  static bool get(const Value& from, std::string& text) {
    const boost::json::string* found = from.if_string();
    if (found) text.assign(found->data(), found->size());
    return found != nullptr;
  }
  static bool get(const Value& from, bool& flag) {
    const bool* found = from.if_bool();
    if (found) flag = *found;
    return found != nullptr;
  }
  template <std::integral T>
  static bool get(const Value& from, T& number) {
    if (const int64_t* found = from.if_int64(); found && std::in_range<T>(*found)) {
      number = static_cast<T>(*found);
      return true;
    }
    if (const uint64_t* found = from.if_uint64(); found && std::in_range<T>(*found)) {
      number = static_cast<T>(*found);
      return true;
    }
    return false;
  }
  template <typename Enum>
  requires std::is_enum_v<Enum>
  static bool get(const Value& from, Enum& value) {
    const boost::json::string* found = from.if_string();
    if (!found) return false;
    const auto& names = kNamesOf<Enum>;
    const auto at =
        std::find(names.begin(), names.end(), std::string_view(found->data(), found->size()));
    if (at == names.end()) return false;
    value = static_cast<Enum>(at - names.begin());
    return true;
  }
  template <typename Tag>
  static bool get(const Value& from, base::Id<Tag>& id) {
    std::string text;
    if (!get(from, text)) return false;
    id = base::Id<Tag>(std::move(text));
    return true;
  }
  static bool get(const Value& from, base::TimePoint& time) {
    int64_t count = 0;
    if (!get(from, count)) return false;
    time = base::TimePoint(base::Duration(count));
    return true;
  }
  static bool get(const Value& from, std::chrono::seconds& duration) {
    int64_t count = 0;
    if (!get(from, count)) return false;
    duration = std::chrono::seconds(count);
    return true;
  }
  static bool get(const Value& from, domain::Layout& layout) {
    const boost::json::object* found = from.if_object();
    if (!found) return false;
    layout = domain::SingleLayout{};
    if (const Value* servers = found->if_contains("parameter_server")) {
      return get(*servers, layout.emplace<domain::ParameterServerLayout>());
    }
    if (const Value* ranks = found->if_contains("ranks")) {
      return get(*ranks, layout.emplace<domain::RankLayout>());
    }
    if (found->contains("head")) layout = domain::HeadLayout{};
    return true;
  }
  template <typename T>
  static bool get(const Value& from, std::optional<T>& field) {
    return get(from, field.emplace());
  }
  template <typename T>
  static bool get(const Value& from, std::vector<T>& list) {
    const boost::json::array* found = from.if_array();
    if (!found) return false;
    list.clear();
    list.reserve(found->size());
    for (const Value& entry : *found) {
      if (!get(entry, list.emplace_back())) return false;
    }
    return true;
  }
  static bool get(const Value& from, std::map<std::string, std::string>& texts) {
    const boost::json::object* found = from.if_object();
    if (!found) return false;
    texts.clear();
    for (const auto& entry : *found) {
      if (!get(entry.value(), texts[std::string(entry.key())])) return false;
    }
    return true;
  }
  template <typename T>
  requires std::is_aggregate_v<T>
  static bool get(const Value& from, T& value) {
    const boost::json::object* found = from.if_object();
    if (!found) return false;
    DocumentReader inner(*found);
    describe(inner, value);
    return inner.broken().empty();
  }

  const boost::json::object* object_;
  std::string broken_;
};

}  // namespace homeport::ledger
