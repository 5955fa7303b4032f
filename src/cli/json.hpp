#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace homeport::cli {

/// Parses a document as the services send it: NaN and Infinity may stand bare and become the texts
/// "NaN", "Infinity", "-Infinity". Internal if it is no JSON.
base::Result<boost::json::value> parse_json(std::string_view text);

/// Indented by two blanks, one line end at the end.
std::string pretty(const boost::json::value& value);

/// What stands at an RFC 6901 pointer ("/properties/vmSize"); null where nothing does.
const boost::json::value& at(const boost::json::value& value, std::string_view pointer);

/// The same as text: strings as they are, numbers and booleans printed, "" for null or nothing.
std::string text_at(const boost::json::value& value, std::string_view pointer);
/// The same as a whole number; `otherwise` where there is none.
int64_t number_at(const boost::json::value& value, std::string_view pointer, int64_t otherwise = 0);
/// The array at `pointer`, empty where there is none.
const boost::json::array& array_at(const boost::json::value& value, std::string_view pointer);
/// The object at `pointer`, empty where there is none.
const boost::json::object& object_at(const boost::json::value& value, std::string_view pointer);

}  // namespace homeport::cli
