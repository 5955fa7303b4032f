#include "domain/names.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace homeport::domain {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

struct NameRule {
  size_t shortest;
  size_t longest;
  std::string_view extra;  ///< allowed beside letters and digits
  bool letter_first;
  std::string_view text;
};

constexpr NameRule kWorkspace{2, 33, "-_", false,
                              "2 to 33 letters, digits, '-' or '_', with a letter or digit first"};
constexpr NameRule kCluster{2, 16, "-", true,
                            "2 to 16 letters, digits or '-', with a letter first and no '-' last"};
constexpr NameRule kExperiment{
    1, 255, "-_", false, "1 to 255 letters, digits, '-' or '_', with a letter or digit first"};
constexpr NameRule kRun{1, 256, "-_", false,
                        "1 to 256 letters, digits, '-' or '_', with a letter or digit first"};
constexpr NameRule kDatastore{1, 255, "_", false, "1 to 255 letters, digits or '_'"};

bool obeys(std::string_view name, const NameRule& rule) {
  if (name.size() < rule.shortest || name.size() > rule.longest) return false;
  const char first = name.front();
  if (rule.letter_first && !is_letter(first)) return false;
  if (!is_letter(first) && !is_digit(first) && rule.extra != "_") return false;
  return std::all_of(name.begin(), name.end(), [&](char c) {
    return is_letter(c) || is_digit(c) || rule.extra.find(c) != std::string_view::npos;
  });
}

base::Result<void> check(std::string_view what, std::string_view name, std::string_view field,
                         const NameRule& rule) {
  if (obeys(name, rule)) return base::success();
  return base::invalid_argument(std::string(field),
                                fmt::format("'{}' cannot name {}: use {}", name, what, rule.text));
}

}  // namespace

base::Result<void> check_resource_name(std::string_view name, std::string_view field,
                                       size_t longest) {
  const bool fits = !name.empty() && name.size() <= longest;
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '_';
  });
  if (fits && plain) return base::success();
  return base::invalid_argument(
      std::string(field),
      fmt::format("'{}' is no name: use 1 to {} letters, digits, '-' or '_'", name, longest));
}

base::Result<void> check_workspace_name(std::string_view name, std::string_view field) {
  return check("a workspace", name, field, kWorkspace);
}

base::Result<void> check_cluster_name(std::string_view name, std::string_view field) {
  HP_TRYV(check("a cluster", name, field, kCluster));
  if (name.back() != '-') return base::success();
  return base::invalid_argument(
      std::string(field), fmt::format("'{}' cannot name a cluster: use {}", name, kCluster.text));
}

base::Result<void> check_experiment_name(std::string_view name, std::string_view field) {
  return check("an experiment", name, field, kExperiment);
}

base::Result<void> check_run_id(std::string_view id, std::string_view field) {
  return check("a run", id, field, kRun);
}

base::Result<void> check_datastore_name(std::string_view name, std::string_view field) {
  return check("a datastore", name, field, kDatastore);
}

}  // namespace homeport::domain
