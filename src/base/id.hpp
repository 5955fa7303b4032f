#pragma once

#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace homeport::base {

/// An identifier that cannot be passed for another kind of identifier. Construction and reading are
/// explicit; the empty id means "none".
template <typename Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string text) : text_(std::move(text)) {}

  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }
  auto operator<=>(const Id&) const = default;

 private:
  std::string text_;
};

template <typename Tag>
const std::string& to_string(const Id<Tag>& id) {
  return id.text();
}

}  // namespace homeport::base

template <typename Tag>
struct std::hash<homeport::base::Id<Tag>> {
  size_t operator()(const homeport::base::Id<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.text());
  }
};
