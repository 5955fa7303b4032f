#include "ledger/codec.hpp"
#include "ledger/sqlite/rows.hpp"
#include "ledger/sqlite/stores.hpp"

namespace homeport::ledger::sqlite {

namespace {

base::Result<domain::ResourceGroup> read_group(const Row& row) {
  domain::ResourceGroup group;
  group.subscription_id = row.text(0);
  group.name = row.text(1);
  HP_TRYV(decode(row.view(2), group));
  return group;
}

}  // namespace

base::Result<void> SqliteResourceGroupStore::insert(const domain::ResourceGroup& group) {
  return inserted(
      connection_.execute("INSERT INTO resource_groups (subscription_id, name, document)"
                          " VALUES (?1, ?2, ?3)",
                          group.subscription_id, group.name, encode(group)),
      "ResourceGroup", group.name);
}

base::Result<void> SqliteResourceGroupStore::update(const domain::ResourceGroup& group) {
  return found_and_changed(connection_.execute("UPDATE resource_groups SET document = ?3"
                                               " WHERE subscription_id = ?1 AND name = ?2",
                                               group.subscription_id, group.name, encode(group)),
                           "ResourceGroup", group.name);
}

base::Result<void> SqliteResourceGroupStore::remove(std::string_view subscription,
                                                    std::string_view name) {
  return found_and_changed(
      connection_.execute("DELETE FROM resource_groups WHERE subscription_id = ?1 AND name = ?2",
                          subscription, name),
      "ResourceGroup", name);
}

Found<domain::ResourceGroup> SqliteResourceGroupStore::find(std::string_view subscription,
                                                            std::string_view name) {
  return find_one(connection_,
                  "SELECT subscription_id, name, document FROM resource_groups"
                  " WHERE subscription_id = ?1 AND name = ?2",
                  read_group, subscription, name);
}

base::Result<std::vector<domain::ResourceGroup>> SqliteResourceGroupStore::list() {
  return find_all(connection_,
                  "SELECT subscription_id, name, document FROM resource_groups ORDER BY name, "
                  "subscription_id",
                  read_group);
}

}  // namespace homeport::ledger::sqlite
