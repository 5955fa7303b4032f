#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/message.hpp"
#include "base/result.hpp"

/// Reading JSON bodies at the edge. Field names are found without regard to case (the services'
/// clients vary); a field of the wrong type is InvalidArgument naming it; null counts as absent.
namespace homeport::api::http {

/// The whole body as text, from memory or its spool file.
base::Result<std::string> body_text(const Request& request);

/// The body as a JSON object; an empty body is an empty object. Bare NaN, Infinity and -Infinity
/// are taken (see to_json_text). InvalidArgument if it is not JSON, no object, or nested too deep.
base::Result<boost::json::object> json_object(const Request& request);
base::Result<boost::json::value> parse_json(std::string_view text);
/// The same, but every number that is not a plain whole one keeps its very text until to_json_text
/// writes it: Boost.JSON 1.81 may change a double's last bit.
base::Result<boost::json::value> parse_json_verbatim(std::string_view text);

/// Writes a value; the stand-ins that parse_json made of NaN and its like become bare tokens again.
std::string to_json_text(const boost::json::value& value);

const boost::json::value* find_field(const boost::json::object& object, std::string_view name);

base::Result<std::optional<std::string>> optional_string(const boost::json::object& object,
                                                         std::string_view name);
/// Also takes a whole number written as a string ('300').
base::Result<std::optional<int64_t>> optional_integer(const boost::json::object& object,
                                                      std::string_view name);
base::Result<std::optional<bool>> optional_bool(const boost::json::object& object,
                                                std::string_view name);
/// Empty if absent; numbers and booleans as their text.
base::Result<std::map<std::string, std::string>> string_map(const boost::json::object& object,
                                                            std::string_view name);
base::Result<std::vector<std::string>> string_list(const boost::json::object& object,
                                                   std::string_view name);
/// Empty object if absent.
base::Result<boost::json::object> object_field(const boost::json::object& object,
                                               std::string_view name);

/// A map as a JSON object.
boost::json::object to_object(const std::map<std::string, std::string>& map);

}  // namespace homeport::api::http
