#include "service/container_images.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/text.hpp"

namespace homeport::service {
namespace {

constexpr std::string_view kVersion = "{version}";

struct ImageName {
  std::string name;  ///< lower case, as rules have it
  std::string tag;
};

/// Docker's grammar: the part before the first '/' is a registry if it has a '.' or ':' in it, or
/// is "localhost".
ImageName parse_image(std::string_view image) {
  image = image.substr(0, image.find('@'));
  ImageName parsed;
  const size_t colon = image.rfind(':');
  if (colon != std::string_view::npos && image.find('/', colon) == std::string_view::npos) {
    parsed.tag = std::string(image.substr(colon + 1));
    image = image.substr(0, colon);
  }
  const size_t slash = image.find('/');
  const std::string_view first = image.substr(0, slash);
  const bool registry =
      slash != std::string_view::npos &&
      (first.find_first_of(".:") != std::string_view::npos || first == "localhost");
  if (registry) image.remove_prefix(slash + 1);
  constexpr std::string_view kLibrary = "library/";
  if (image.starts_with(kLibrary)) image.remove_prefix(kLibrary.size());
  parsed.name = base::to_lower(image);
  return parsed;
}

std::string version_of(const std::string& tag) {
  std::string version = tag.substr(0, tag.find_first_not_of("0123456789."));
  while (version.ends_with('.')) version.pop_back();
  return version;
}

std::string requirement(std::string line, const std::string& version) {
  const size_t place = line.find(kVersion);
  if (place == std::string::npos) return line;
  if (version.empty()) return line.substr(0, line.find("=="));
  return line.replace(place, kVersion.size(), version);
}

ImageRule rule_from(const boost::json::object& object) {
  ImageRule rule;
  rule.name = base::to_lower(std::string_view(object.at("name").as_string()));
  if (const auto* because = object.if_contains("because")) {
    rule.because = std::string(because->as_string());
  }
  if (const auto* packages = object.if_contains("packages")) {
    for (const boost::json::value& line : packages->as_array()) {
      rule.packages.emplace_back(line.as_string());
    }
  }
  return rule;
}

}  // namespace

const std::vector<ImageRule>& default_image_rules() {
  static const std::vector<ImageRule> kRules{
      {"tensorflow/tensorflow",
       {"tensorflow=={version}"},
       "TensorFlow comes from the Python package index instead"},
      {"microsoft/cntk", {}, "CNTK cannot be had here"},
      {"bvlc/caffe", {}, "Caffe cannot be had here"},
      {"caffe2ai/caffe2", {}, "Caffe2 cannot be had here"},
  };
  return kRules;
}

base::Result<std::vector<ImageRule>> parse_image_rules(std::string_view json) {
  try {
    std::vector<ImageRule> rules;
    const boost::json::value document = boost::json::parse({json.data(), json.size()});
    if (const auto* images = document.as_object().if_contains("images")) {
      for (const boost::json::value& entry : images->as_array()) {
        rules.push_back(rule_from(entry.as_object()));
      }
    }
    const auto& shipped = default_image_rules();
    rules.insert(rules.end(), shipped.begin(), shipped.end());
    return rules;
  } catch (const std::exception& problem) {
    return base::invalid_argument(
        "images", fmt::format("the table of images cannot be read: {}", problem.what()));
  }
}

ImageStandIn stand_in_for(const std::string& image, const std::vector<ImageRule>& rules) {
  const ImageName wished = parse_image(image);
  ImageStandIn stand_in;
  std::string because = "the run has a Python environment of this machine";
  for (const ImageRule& rule : rules) {
    if (rule.name != wished.name) continue;
    const std::string version = version_of(wished.tag);
    for (const std::string& line : rule.packages) {
      stand_in.packages.push_back(requirement(line, version));
    }
    if (!rule.because.empty()) because = rule.because;
    break;
  }
  stand_in.warning = fmt::format("the image {} was not used: {}", image, because);
  return stand_in;
}

}  // namespace homeport::service
