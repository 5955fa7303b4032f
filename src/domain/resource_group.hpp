#pragma once

#include <string>

#include "base/clock.hpp"
#include "domain/workspace.hpp"

namespace homeport::domain {

/// A name in a subscription under which workspaces stand. One that was made has a location and
/// tags; one that only a workspace names is there as well, without a row of its own.
struct ResourceGroup {
  std::string subscription_id;
  std::string name;
  std::string location;
  Tags tags;
  base::TimePoint created_at{};

  bool operator==(const ResourceGroup&) const = default;
};

}  // namespace homeport::domain
