#include "ledger/sqlite/metric_id.hpp"

namespace homeport::ledger::sqlite {

namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr size_t kTextLength = 36;

constexpr bool is_dash_place(size_t place) {
  return place == 8 || place == 13 || place == 18 || place == 23;
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

bool to_uuid_bytes(std::string_view text, UuidBytes& bytes) {
  if (text.size() != kTextLength) return false;
  size_t filled = 0;
  for (size_t place = 0; place < kTextLength; ++place) {
    if (is_dash_place(place)) {
      if (text[place] != '-') return false;
      continue;
    }
    const int high = digit(text[place]);
    const int low = digit(text[++place]);
    if (high < 0 || low < 0) return false;
    bytes[filled++] = static_cast<char>(high * 16 + low);
  }
  return true;
}

std::string to_uuid(std::string_view bytes) {
  std::string text;
  text.reserve(kTextLength);
  for (const char c : bytes) {
    if (is_dash_place(text.size())) text += '-';
    const auto value = static_cast<unsigned char>(c);
    text += kDigits[value >> 4];
    text += kDigits[value & 15];
  }
  return text;
}

}  // namespace homeport::ledger::sqlite
