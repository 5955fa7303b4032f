#pragma once

#include <charconv>
#include <chrono>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "ledger/codec_fields.hpp"

namespace homeport::ledger {

/// Writes one value as a JSON document. Text goes in as the bytes it is (the last lines of a log
/// need not be UTF-8), so it comes out as it went in.
class DocumentWriter {
 public:
  template <typename T>
  using Ref = const T&;

  template <typename T>
  void operator()(std::string_view name, const T& field) {
    put_name(name);
    put(field);
  }
  /// A field without a value is left out.
  template <typename T>
  void operator()(std::string_view name, const std::optional<T>& field) {
    if (field) (*this)(name, *field);
  }

  template <typename T>
  void put_object(const T& value) {
    out_ += '{';
    describe(*this, value);
    out_ += '}';
  }

  std::string take() { return std::move(out_); }

 private:
  void put_name(std::string_view name) {
    if (out_.back() != '{') out_ += ',';
    out_ += '"';
    out_ += name;
    out_ += "\":";
  }

  void put(std::string_view text) {
    static constexpr char kHex[] = "0123456789abcdef";
    out_ += '"';
    for (const char c : text) {
      if (static_cast<unsigned char>(c) < 0x20) {
        out_ += "\\u00";
        out_ += kHex[c >> 4];
        out_ += kHex[c & 15];
      } else {
        if (c == '"' || c == '\\') out_ += '\\';
        out_ += c;
      }
    }
    out_ += '"';
  }
  void put(const std::string& text) { put(std::string_view(text)); }
  void put(bool value) { out_ += value ? "true" : "false"; }
  template <std::integral T>
  void put(T value) {
    char digits[24];
    out_.append(digits, std::to_chars(digits, digits + sizeof(digits), value).ptr);
  }
  template <typename Enum>
  requires std::is_enum_v<Enum>
  void put(Enum value) { put(kNamesOf<Enum>[static_cast<size_t>(value)]); }
  template <typename Tag>
  void put(const base::Id<Tag>& id) {
    put(std::string_view(id.text()));
  }
  void put(base::TimePoint time) { put(time.time_since_epoch().count()); }
  void put(std::chrono::seconds duration) { put(duration.count()); }
  void put(const domain::Layout& layout) {
    out_ += '{';
    if (const auto* servers = std::get_if<domain::ParameterServerLayout>(&layout)) {
      (*this)("parameter_server", *servers);
    } else if (const auto* ranks = std::get_if<domain::RankLayout>(&layout)) {
      (*this)("ranks", *ranks);
    } else if (std::holds_alternative<domain::HeadLayout>(layout)) {
      (*this)("head", true);
    }
    out_ += '}';
  }
  template <typename T>
  void put(const std::vector<T>& list) {
    out_ += '[';
    for (size_t i = 0; i < list.size(); ++i) {
      if (i > 0) out_ += ',';
      put(list[i]);
    }
    out_ += ']';
  }
  void put(const std::map<std::string, std::string>& texts) {
    char separator = '{';
    for (const auto& [name, value] : texts) {
      out_ += std::exchange(separator, ',');
      put(name);  // free text, so it is escaped
      out_ += ':';
      put(value);
    }
    if (texts.empty()) out_ += separator;
    out_ += '}';
  }
  template <typename T>
  requires std::is_aggregate_v<T>
  void put(const T& value) { put_object(value); }

  std::string out_;
};

}  // namespace homeport::ledger
