#include "app/storage_keys.hpp"

#include "service/transactions.hpp"
#include "service/workspaces.hpp"

namespace homeport::app {

base::Result<StorageKeys::Account> StorageKeys::find(std::string_view account) const {
  {
    const std::lock_guard lock(mutex_);
    const auto found = known_.find(account);
    if (found != known_.end()) return found->second;
  }
  HP_TRY(const auto workspace, service::read(context_.ledger, [&](ledger::Transaction& tx) {
           return service::required(tx.workspaces().find_by_account(account),
                                    base::not_found("ResourceNotFound", "no such account"));
         }));
  HP_TRY(security::Secret key, context_.keyring.decrypt(workspace.sealed_account_key));
  const Account made{std::move(key), workspace.id.text()};
  const std::lock_guard lock(mutex_);
  known_.insert_or_assign(std::string(account), made);
  return made;
}

base::Result<security::Secret> StorageKeys::key(std::string_view account) const {
  HP_TRY(Account found, find(account));
  return std::move(found.key);
}

bool StorageKeys::belongs_to(std::string_view account, const std::string& workspace_id) const {
  const auto found = find(account);
  return found.has_value() && found.value().workspace_id == workspace_id;
}

}  // namespace homeport::app
