#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace homeport::base {

std::string to_lower(std::string_view text);
/// ASCII case does not count.
bool equals_ignoring_case(std::string_view a, std::string_view b);
std::string_view trim(std::string_view text);
/// "a,,b" on ',' is {"a", "", "b"}; the empty text is {""}.
std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
bool is_utf8(std::string_view text);
/// Whole decimal number, nothing else around it; nullopt otherwise or on overflow.
std::optional<int64_t> parse_integer(std::string_view text);

std::string to_hex(std::string_view bytes);
std::string base64_encode(std::string_view bytes);
std::string base64url_encode(std::string_view bytes);  // no padding, RFC 7515 §2
std::optional<std::string> base64_decode(std::string_view text);
std::optional<std::string> base64url_decode(std::string_view text);

/// "%2F" -> "/"; '+' stays a plus (a path). nullopt for a broken escape.
std::optional<std::string> percent_decode(std::string_view text);
/// Escapes all but RFC 3986 unreserved characters and those in `keep`.
std::string percent_encode(std::string_view text, std::string_view keep = "");

/// `bytes` random bytes of the kernel, as lower-case hex.
std::string random_hex(size_t bytes);
/// A random UUID, version 4, in its usual text.
std::string random_uuid();

}  // namespace homeport::base
