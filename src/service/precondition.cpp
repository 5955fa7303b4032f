#include "service/precondition.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace homeport::service {
namespace {

base::Error refused(std::string message) {
  return {base::ErrorCode::PreconditionFailed, std::move(message), {}, "PreconditionFailed", {}};
}

/// One that was deleted and made anew under its old name is another.
std::string version(const std::string& id, uint64_t revision) {
  return fmt::format("{}-{}", id.substr(0, 8), revision);
}

}  // namespace

std::string version_of(const domain::Cluster& cluster) {
  return version(cluster.id.text(), cluster.revision);
}

std::string version_of(const domain::Workspace& workspace) {
  return version(workspace.id.text(), workspace.revision);
}

base::Result<void> check_precondition(const Precondition& precondition,
                                      const std::string* version) {
  if (precondition.absent && version != nullptr) {
    return refused("it is there already; leave If-None-Match out to change it");
  }
  if (precondition.versions.empty()) return base::success();
  const auto& expected = precondition.versions;
  if (version == nullptr) return refused("it is not there");
  if (std::find(expected.begin(), expected.end(), *version) != expected.end()) {
    return base::success();
  }
  return refused("it was changed since it was read; read it again and repeat the change");
}

}  // namespace homeport::service
