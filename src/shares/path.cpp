#include "shares/path.hpp"

#include <clocale>
#include <cwctype>

#include "base/text.hpp"

namespace homeport::shares {
namespace {

constexpr size_t kMaxPathBytes = 2048;
constexpr size_t kMaxNameBytes = 255;

base::Error bad_name(const std::string& name, const char* why) {
  base::Error error =
      base::invalid_argument("path", "'" + name + "' cannot be the name of a file: " + why);
  error.reason = "InvalidResourceName";
  return error;
}

base::Result<void> check_segment(const std::string& name) {
  if (name.empty()) return bad_name(name, "it is empty");
  if (name == "." || name == "..") return bad_name(name, "it means another directory");
  if (name.size() > kMaxNameBytes) return bad_name(name, "it is longer than 255 bytes");
  for (const char c : name) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      return bad_name(name, "it holds a control character");
    }
  }
  return base::success();
}

// Names are of all languages whatever the process's own locale is.
locale_t all_languages() {
  static const locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

// The character at `at` of valid UTF-8, and how many bytes it has.
uint32_t code_at(std::string_view text, size_t at, size_t& bytes) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[at + i]); };
  if (byte(0) < 0x80) {
    bytes = 1;
    return byte(0);
  }
  bytes = byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  uint32_t code = byte(0) & (0xFFU >> (bytes + 1));
  for (size_t i = 1; i < bytes; ++i) code = (code << 6U) | (byte(i) & 0x3FU);
  return code;
}

}  // namespace

base::Result<std::string> parse_path(std::string_view text, TrailingDots dots) {
  while (text.starts_with('/')) text.remove_prefix(1);
  while (text.ends_with('/')) text.remove_suffix(1);
  if (text.empty()) return std::string();
  if (text.size() > kMaxPathBytes) {
    base::Error error = base::invalid_argument("path", "a path has at most 2,048 characters");
    error.reason = "InvalidUri";
    return error;
  }
  if (!base::is_utf8(text)) return bad_name("", "it is not UTF-8");
  std::vector<std::string> parts = base::split(text, '/');
  for (std::string& part : parts) {
    const bool only_dots = part.find_first_not_of('.') == std::string::npos;
    while (dots == TrailingDots::Drop && !only_dots && part.ends_with('.')) part.pop_back();
    HP_TRYV(check_segment(part));
  }
  return base::join(parts, "/");
}

bool is_name_for_all_systems(std::string_view name) {
  return name.find_first_of("\"\\:|<>*?") == std::string_view::npos;
}

std::string fold_case(std::string_view name) {
  const locale_t locale = all_languages();
  std::string folded;
  folded.reserve(name.size());
  for (size_t at = 0; at < name.size();) {
    size_t bytes = 0;
    const uint32_t code = code_at(name, at, bytes);
    const uint32_t upper =
        locale == nullptr && code >= 0x80
            ? code
            : static_cast<uint32_t>(locale != nullptr ? ::towupper_l(code, locale)
                                                      : ::towupper(code));
    // Only what is compared: any one-to-one form of the character will do.
    folded.append(reinterpret_cast<const char*>(&upper), sizeof upper);
    at += bytes;
  }
  return folded;
}

}  // namespace homeport::shares
