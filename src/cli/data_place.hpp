#pragma once

#include <optional>
#include <string>

namespace homeport::cli {

/// "datastore:path/in/it".
struct DataPlace {
  std::string datastore;
  std::string path;  ///< without a leading slash; empty for the top
};

/// nullopt for what is a path of this machine: no ':', or something other than letters, digits and
/// '_' before it.
std::optional<DataPlace> parse_data_place(const std::string& text);

}  // namespace homeport::cli
