#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace homeport::service {

/// What stands in for a container image, since runs have an environment of this machine.
struct ImageRule {
  std::string name;  ///< without registry, "library/" and tag: "tensorflow/tensorflow"
  /// Requirement lines. "{version}" is the number that the tag begins with; where it has none, a
  /// line is cut off before its "==".
  std::vector<std::string> packages;
  std::string because;  ///< what the user is told of it
};

/// The table that Homeport ships (docs/environments.md shows it).
const std::vector<ImageRule>& default_image_rules();

/// Reads {"images":[{"name","packages":[...],"because"}]}; rules there come before the shipped
/// ones. InvalidArgument says what is wrong with the text.
base::Result<std::vector<ImageRule>> parse_image_rules(std::string_view json);

struct ImageStandIn {
  std::vector<std::string> packages;
  std::string warning;  ///< one sentence
};
/// For "docker.io/tensorflow/tensorflow:1.8.0-gpu" and the like. An image of no rule brings no
/// packages.
ImageStandIn stand_in_for(const std::string& image, const std::vector<ImageRule>& rules);

}  // namespace homeport::service
