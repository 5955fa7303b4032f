#pragma once

#include <map>
#include <mutex>
#include <string>

#include "api/storage/account_keys.hpp"
#include "service/context.hpp"

namespace homeport::app {

/// The keys of the workspaces' storage accounts, read from the ledger once each. Any thread.
class StorageKeys final : public api::storage::AccountKeys {
 public:
  explicit StorageKeys(const service::Context& context) : context_(context) {}
  base::Result<security::Secret> key(std::string_view account) const override;
  /// Whether the account is that workspace's own.
  bool belongs_to(std::string_view account, const std::string& workspace_id) const;

 private:
  struct Account {
    security::Secret key;
    std::string workspace_id;
  };
  base::Result<Account> find(std::string_view account) const;

  const service::Context& context_;
  mutable std::mutex mutex_;  ///< guards known_
  mutable std::map<std::string, Account, std::less<>> known_;
};

}  // namespace homeport::app
