#pragma once

#include <string>
#include <utility>

namespace homeport::security {

/// Text that must not be logged or sent by accident: no stream operator, no formatter, no implicit
/// conversion. reveal() marks each place that needs the text itself.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

}  // namespace homeport::security
