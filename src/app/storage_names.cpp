#include "app/storage_names.hpp"

#include <fmt/format.h>

#include "api/storage/failure.hpp"
#include "base/text.hpp"
#include "service/transactions.hpp"

namespace homeport::app {
namespace {

std::string known_accounts(const service::Context& context) {
  const auto workspaces =
      service::read(context.ledger, [](ledger::Transaction& tx) { return tx.workspaces().list(); });
  std::vector<std::string> names;
  if (workspaces.has_value()) {
    for (const domain::Workspace& workspace : workspaces.value()) {
      names.push_back(workspace.storage_account);
    }
  }
  return names.empty() ? "none" : base::join(names, ", ");
}

bool is_known(const service::Context& context, const std::string& account) {
  const auto found = service::read(context.ledger, [&](ledger::Transaction& tx) {
    return tx.workspaces().find_by_account(account);
  });
  return found.has_value() && found.value().has_value();
}

}  // namespace

api::http::Response refuse_storage_name(const service::Context& context,
                                        const api::http::Request& request,
                                        const api::gateway::PublishedName& name) {
  if (is_known(context, name.account)) {
    return api::storage::failure_response(
        base::not_implemented(fmt::format("the {} service of storage accounts", name.service)));
  }
  // Not 404: a client would take it for a blob that is not there.
  std::string message = fmt::format("'{}' is no storage account of this Homeport", name.account);
  if (!request.gateway_name.empty()) {
    message += fmt::format(
        "; its accounts are: {}. If it is one of Azure's own, `homeport up --passthrough {}` lets "
        "its name through",
        known_accounts(context), name.account);
  }
  return api::storage::failure_response(
      api::storage::bad_request("AccountNotFound", std::move(message)));
}

}  // namespace homeport::app
