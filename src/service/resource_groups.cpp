#include "service/resource_groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "service/transactions.hpp"

namespace homeport::service {
namespace {

constexpr size_t kLongestName = 90;

base::Result<void> check_name(const std::string& name) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '(' || c == ')' || (static_cast<unsigned char>(c) & 0x80);
  };
  if (!name.empty() && name.size() <= kLongestName && !name.ends_with('.') &&
      std::all_of(name.begin(), name.end(), is_allowed)) {
    return base::success();
  }
  return base::invalid_argument(
      "resourceGroupName",
      fmt::format("'{}' is no name of a resource group: 1 to {} letters, digits, '-', '_', '.', "
                  "'(' and ')', and no '.' at the end",
                  name, kLongestName));
}

domain::ResourceGroup group_of(const domain::Workspace& workspace) {
  return {workspace.key.subscription_id,
          workspace.key.resource_group,
          workspace.location,
          {},
          workspace.created_at};
}

bool is_in(const domain::Workspace& workspace, const std::string& subscription,
           const std::string& group) {
  return base::equals_ignoring_case(workspace.key.subscription_id, subscription) &&
         base::equals_ignoring_case(workspace.key.resource_group, group);
}

base::Error group_not_found(const std::string& name) {
  return base::not_found("ResourceGroupNotFound",
                         fmt::format("there is no resource group '{}' here", name));
}

}  // namespace

base::Result<domain::ResourceGroup> put_resource_group(const Context& context,
                                                       domain::ResourceGroup draft) {
  HP_TRYV(check_name(draft.name));
  if (draft.location.empty()) draft.location = "local";
  draft.created_at = context.clock.wall();
  return write(context.ledger, [&](ledger::Transaction& tx) -> base::Result<domain::ResourceGroup> {
    HP_TRY(auto existing, tx.resource_groups().find(draft.subscription_id, draft.name));
    if (!existing) {
      HP_TRYV(tx.resource_groups().insert(draft));
      return draft;
    }
    existing->tags = draft.tags;
    HP_TRYV(tx.resource_groups().update(*existing));
    return *existing;
  });
}

base::Result<domain::ResourceGroup> get_resource_group(const Context& context,
                                                       const std::string& subscription_id,
                                                       const std::string& name) {
  return read(context.ledger, [&](ledger::Transaction& tx) -> base::Result<domain::ResourceGroup> {
    HP_TRY(auto made, tx.resource_groups().find(subscription_id, name));
    if (made) return *std::move(made);
    HP_TRY(const auto workspaces, tx.workspaces().list());
    for (const domain::Workspace& workspace : workspaces) {
      if (is_in(workspace, subscription_id, name)) return group_of(workspace);
    }
    return group_not_found(name);
  });
}

base::Result<std::vector<domain::ResourceGroup>> list_resource_groups(
    const Context& context, const std::string& subscription_id) {
  std::map<std::string, domain::ResourceGroup> groups;
  HP_TRYV(context.ledger.read([&](ledger::Transaction& tx) -> base::Result<void> {
    HP_TRY(auto made, tx.resource_groups().list());
    HP_TRY(const auto workspaces, tx.workspaces().list());
    for (const domain::Workspace& workspace : workspaces) made.push_back(group_of(workspace));
    for (domain::ResourceGroup& group : made) {
      if (!base::equals_ignoring_case(group.subscription_id, subscription_id)) continue;
      // Of two of one name the first, which was made, is the one to show.
      std::string key = base::to_lower(group.name);
      groups.try_emplace(std::move(key), std::move(group));
    }
    return base::success();
  }));
  std::vector<domain::ResourceGroup> listed;
  for (auto& [name, group] : groups) listed.push_back(std::move(group));
  return listed;
}

base::Result<void> delete_resource_group(const Context& context, const std::string& subscription_id,
                                         const std::string& name) {
  return context.ledger.write([&](ledger::Transaction& tx) -> base::Result<void> {
    HP_TRY(const auto workspaces, tx.workspaces().list());
    for (const domain::Workspace& workspace : workspaces) {
      if (!is_in(workspace, subscription_id, name)) continue;
      return base::conflict(
          "ResourceGroupInUse",
          fmt::format("resource group '{}' still has the workspace '{}'; delete that first", name,
                      workspace.key.name));
    }
    HP_TRY(const auto made, tx.resource_groups().find(subscription_id, name));
    if (!made) return group_not_found(name);
    return tx.resource_groups().remove(subscription_id, name);
  });
}

base::Result<std::vector<std::string>> list_subscriptions(const Context& context) {
  std::set<std::string> ids;
  HP_TRYV(context.ledger.read([&](ledger::Transaction& tx) -> base::Result<void> {
    HP_TRY(const auto workspaces, tx.workspaces().list());
    HP_TRY(const auto groups, tx.resource_groups().list());
    for (const auto& workspace : workspaces)
      ids.insert(base::to_lower(workspace.key.subscription_id));
    for (const auto& group : groups) ids.insert(base::to_lower(group.subscription_id));
    return base::success();
  }));
  return std::vector<std::string>(ids.begin(), ids.end());
}

}  // namespace homeport::service
