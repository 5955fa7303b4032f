#pragma once

#include <string>
#include <string_view>

namespace homeport::base {

/// JSON text in which NaN, Infinity and -Infinity stand bare, as the metric dialects send them,
/// with quotes around each: what any JSON parser reads. Text inside strings stays as it is.
std::string quote_bare_numbers(std::string_view json);

}  // namespace homeport::base
