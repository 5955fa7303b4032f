#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace homeport::service {

/// One line of the table that says what stands in for a package that cannot be had here.
struct PackageRule {
  std::string name;              ///< normalized as PEP 503 says: lower case, runs of -_. are one -
  std::string below;             ///< rule holds for pinned versions below this; empty: for all
  std::vector<std::string> use;  ///< requirement lines instead; empty: leave it out
  std::string because;           ///< shown to the user; empty: nothing worth a warning
};

/// The table that Homeport ships (docs/environments.md shows it).
const std::vector<PackageRule>& default_package_rules();

/// Reads {"packages":[{"name","below","use":[...],"because"}]}; rules there come before the shipped
/// ones. InvalidArgument says what is wrong with the text.
base::Result<std::vector<PackageRule>> parse_package_rules(std::string_view json);

struct ResolvedPackages {
  std::vector<std::string> requirements;  ///< what pip is given, in order, without doubles
  std::vector<std::string> warnings;      ///< one sentence for each change that matters
  bool wants_tensorflow = false;
};

/// What pip is asked for instead of what the run asked for. Conda packages are taken from PyPI
/// under the same name.
ResolvedPackages resolve_packages(const std::vector<std::string>& pip_packages,
                                  const std::vector<std::string>& conda_packages,
                                  const std::vector<PackageRule>& rules);

}  // namespace homeport::service
