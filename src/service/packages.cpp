#include "service/packages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <optional>

#include "base/text.hpp"

namespace homeport::service {
namespace {

constexpr const char* kTensorflow = "tensorflow-cpu==2.21.0";
constexpr const char* kTensorflowBecause =
    "has no build for this machine's Python; TensorFlow 2.21 for the CPU is used, with TensorFlow "
    "1's "
    "interface under tf.compat.v1";

/// A requirement line, taken apart as far as the table needs.
struct Requirement {
  std::string name;     ///< normalized
  std::string version;  ///< of an "==" pin, else empty
};

std::string normalize(std::string_view name) {
  std::string out;
  for (char c : base::to_lower(name)) {
    const bool separator = c == '-' || c == '_' || c == '.';
    if (!separator) {
      out += c;
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  return out;
}

Requirement parse_requirement(std::string_view line) {
  line = base::trim(line.substr(0, line.find(';')));
  const size_t end = line.find_first_of("<>=!~ [@");
  Requirement requirement{normalize(line.substr(0, end)), ""};
  const size_t pin = line.find("==");
  if (pin != std::string_view::npos) {
    const std::string_view version = base::trim(line.substr(pin + 2));
    requirement.version = std::string(version.substr(0, version.find(',')));
  }
  return requirement;
}

/// Compares dotted numbers part by part; "1.13" is below "1.13.1" and "2".
bool is_below(std::string_view version, std::string_view limit) {
  const auto a = base::split(version, '.');
  const auto b = base::split(limit, '.');
  for (size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const int64_t left = i < a.size() ? base::parse_integer(a[i]).value_or(0) : 0;
    const int64_t right = i < b.size() ? base::parse_integer(b[i]).value_or(0) : 0;
    if (left != right) return left < right;
  }
  return false;
}

const PackageRule* find_rule(const Requirement& requirement,
                             const std::vector<PackageRule>& rules) {
  for (const PackageRule& rule : rules) {
    if (rule.name != requirement.name) continue;
    if (rule.below.empty()) return &rule;
    if (!requirement.version.empty() && is_below(requirement.version, rule.below)) return &rule;
  }
  return nullptr;
}

void add_once(std::vector<std::string>& lines, const std::string& line) {
  if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(line);
}

void resolve_one(const std::string& line, const std::vector<PackageRule>& rules,
                 ResolvedPackages& resolved) {
  const Requirement requirement = parse_requirement(line);
  if (requirement.name.empty()) return;
  const PackageRule* rule = find_rule(requirement, rules);
  if (rule == nullptr) {
    add_once(resolved.requirements, line);
  } else {
    for (const std::string& instead : rule->use) add_once(resolved.requirements, instead);
    if (!rule->because.empty())
      add_once(resolved.warnings, fmt::format("{} {}", line, rule->because));
  }
  resolved.wants_tensorflow |= requirement.name.starts_with("tensorflow");
}

/// "numpy=1.16=py36_0" of conda is "numpy==1.16" of pip; "python=3.6" is no package.
std::optional<std::string> from_conda(std::string_view line) {
  const std::vector<std::string> parts = base::split(base::trim(line), '=');
  const std::string name = normalize(parts.front());
  if (name == "python" || name == "pip" || name.empty()) return std::nullopt;
  if (parts.size() > 1 && !parts[1].empty()) return fmt::format("{}=={}", parts.front(), parts[1]);
  return std::string(base::trim(line));
}

PackageRule rule_from(const boost::json::object& object) {
  PackageRule rule;
  rule.name = normalize(std::string(object.at("name").as_string()));
  if (const auto* below = object.if_contains("below")) rule.below = std::string(below->as_string());
  if (const auto* because = object.if_contains("because")) {
    rule.because = std::string(because->as_string());
  }
  for (const boost::json::value& line : object.at("use").as_array()) {
    rule.use.emplace_back(line.as_string());
  }
  return rule;
}

}  // namespace

const std::vector<PackageRule>& default_package_rules() {
  static const std::vector<PackageRule> kRules{
      // Homeport's own package answers to these names and is installed into every environment.
      {"azureml-sdk", "", {}, ""},
      {"azureml-core", "", {}, ""},
      {"azureml-defaults", "", {}, ""},
      {"azureml-train", "", {}, ""},
      {"azureml-train-core", "", {}, ""},
      {"azureml-telemetry", "", {}, ""},
      {"azureml-widgets", "", {}, ""},
      {"tensorflow-gpu", "", {kTensorflow, "tf_keras"}, kTensorflowBecause},
      {"tensorflow", "2.12", {kTensorflow, "tf_keras"}, kTensorflowBecause},
      {"tensorflow-cpu", "2.12", {kTensorflow, "tf_keras"}, kTensorflowBecause},
      {"horovod", "", {}, "cannot be built here and is left out"},
  };
  return kRules;
}

base::Result<std::vector<PackageRule>> parse_package_rules(std::string_view json) {
  try {
    std::vector<PackageRule> rules;
    const boost::json::value document = boost::json::parse({json.data(), json.size()});
    for (const boost::json::value& entry : document.as_object().at("packages").as_array()) {
      rules.push_back(rule_from(entry.as_object()));
    }
    const auto& shipped = default_package_rules();
    rules.insert(rules.end(), shipped.begin(), shipped.end());
    return rules;
  } catch (const std::exception& problem) {
    return base::invalid_argument(
        "packages", fmt::format("the table of packages cannot be read: {}", problem.what()));
  }
}

ResolvedPackages resolve_packages(const std::vector<std::string>& pip_packages,
                                  const std::vector<std::string>& conda_packages,
                                  const std::vector<PackageRule>& rules) {
  ResolvedPackages resolved;
  bool any_conda = false;
  for (const std::string& line : conda_packages) {
    const std::optional<std::string> requirement = from_conda(line);
    if (!requirement) continue;
    any_conda = true;
    resolve_one(*requirement, rules, resolved);
  }
  for (const std::string& line : pip_packages) resolve_one(line, rules, resolved);
  if (any_conda) {
    resolved.warnings.emplace_back("conda is not used here: its packages were taken from PyPI");
  }
  return resolved;
}

}  // namespace homeport::service
