#include <algorithm>
#include <tuple>

#include "base/text.hpp"
#include "ledger/failures.hpp"
#include "ledger/memory/stores.hpp"

namespace homeport::ledger::memory {

namespace {

GroupKey key_of(std::string_view subscription, std::string_view name) {
  return {base::to_lower(subscription), base::to_lower(name)};
}

}  // namespace

base::Result<void> MemoryResourceGroupStore::insert(const domain::ResourceGroup& group) {
  HP_TRY(Tables * tables, access_.change());
  const GroupKey key = key_of(group.subscription_id, group.name);
  if (tables->resource_groups.find(key)) return exists_already("ResourceGroup", group.name);
  tables->resource_groups.put(key, group);
  return base::success();
}

base::Result<void> MemoryResourceGroupStore::update(const domain::ResourceGroup& group) {
  HP_TRY(Tables * tables, access_.change());
  const GroupKey key = key_of(group.subscription_id, group.name);
  const domain::ResourceGroup* before = tables->resource_groups.find(key);
  if (!before) return no_such("ResourceGroup", group.name);
  domain::ResourceGroup changed = group;
  changed.subscription_id = before->subscription_id;
  changed.name = before->name;
  tables->resource_groups.put(key, std::move(changed));
  return base::success();
}

base::Result<void> MemoryResourceGroupStore::remove(std::string_view subscription,
                                                    std::string_view name) {
  HP_TRY(Tables * tables, access_.change());
  const GroupKey key = key_of(subscription, name);
  if (!tables->resource_groups.find(key)) return no_such("ResourceGroup", name);
  tables->resource_groups.erase(key);
  return base::success();
}

Found<domain::ResourceGroup> MemoryResourceGroupStore::find(std::string_view subscription,
                                                            std::string_view name) {
  const domain::ResourceGroup* found =
      access_.look().resource_groups.find(key_of(subscription, name));
  return found ? std::optional<domain::ResourceGroup>(*found) : std::nullopt;
}

base::Result<std::vector<domain::ResourceGroup>> MemoryResourceGroupStore::list() {
  std::vector<domain::ResourceGroup> groups;
  for (const auto& [key, group] : access_.look().resource_groups.rows()) groups.push_back(group);
  const auto rank = [](const domain::ResourceGroup& group) {
    return std::tuple(base::to_lower(group.name), base::to_lower(group.subscription_id));
  };
  std::sort(groups.begin(), groups.end(),
            [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return groups;
}

}  // namespace homeport::ledger::memory
