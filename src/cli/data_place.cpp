#include "cli/data_place.hpp"

#include <algorithm>
#include <cctype>

namespace homeport::cli {

std::optional<DataPlace> parse_data_place(const std::string& text) {
  const size_t colon = text.find(':');
  if (colon == std::string::npos || colon == 0) {
    return std::nullopt;
  }
  const std::string name = text.substr(0, colon);
  const bool is_name = std::all_of(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
  if (!is_name) {
    return std::nullopt;
  }
  std::string path = text.substr(colon + 1);
  path.erase(0, path.find_first_not_of('/'));
  return DataPlace{name, path};
}

}  // namespace homeport::cli
