#include "service/datastores.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "domain/names.hpp"
#include "objects/object_store.hpp"
#include "objects/shares.hpp"
#include "service/transactions.hpp"
#include "service/workspaces.hpp"

namespace homeport::service {
namespace {

base::Error datastore_not_found(const std::string& name,
                                const std::vector<domain::Datastore>& known) {
  std::vector<std::string> names;
  for (const domain::Datastore& datastore : known) names.push_back(datastore.name);
  return base::not_found("DatastoreNotFound",
                         fmt::format("there is no datastore '{}' in this workspace; there are {}",
                                     name, base::join(names, ", ")));
}

base::Result<void> check_key(const Context& context, const DatastoreDraft& draft) {
  auto own_key = storage_account_key(context, draft.account);
  if (own_key.has_error() && own_key.error().code == base::ErrorCode::NotFound) {
    return base::not_implemented(
        fmt::format("a datastore on the foreign storage account '{}'", draft.account));
  }
  HP_TRY(const security::Secret key, std::move(own_key));
  if (!draft.account_key.empty() &&
      !security::equal_in_constant_time(key.reveal(), draft.account_key.reveal())) {
    return base::invalid_argument("accountKey", "this is not the key of the storage account");
  }
  return base::success();
}

}  // namespace

base::Result<std::vector<domain::Datastore>> list_datastores(const Context& context,
                                                             const domain::WorkspaceId& workspace) {
  return read(context.ledger,
              [&](ledger::Transaction& tx) { return tx.datastores().list(workspace); });
}

base::Result<domain::Datastore> get_datastore(const Context& context,
                                              const domain::WorkspaceId& workspace,
                                              const std::string& name) {
  return read(context.ledger, [&](ledger::Transaction& tx) -> base::Result<domain::Datastore> {
    HP_TRY(auto found, tx.datastores().find(workspace, name));
    if (found) return *found;
    HP_TRY(auto known, tx.datastores().list(workspace));
    return datastore_not_found(name, known);
  });
}

base::Result<domain::Datastore> get_default_datastore(const Context& context,
                                                      const domain::Workspace& workspace) {
  return get_datastore(context, workspace.id, workspace.default_datastore);
}

base::Result<void> set_default_datastore(const Context& context, const domain::Workspace& workspace,
                                         const std::string& name) {
  HP_TRY(const domain::Datastore datastore, get_datastore(context, workspace.id, name));
  return context.ledger.write([&](ledger::Transaction& tx) -> base::Result<void> {
    domain::Workspace changed = workspace;
    changed.default_datastore = datastore.name;
    return tx.workspaces().update(changed);
  });
}

base::Result<void> register_datastore(const Context& context, const domain::Workspace& workspace,
                                      const DatastoreDraft& draft, Replace replace) {
  HP_TRYV(domain::check_datastore_name(draft.name, "name"));
  HP_TRYV(check_key(context, draft));
  domain::Datastore datastore;
  datastore.workspace_id = workspace.id;
  datastore.name = draft.name;
  datastore.kind = draft.kind;
  datastore.account = draft.account;
  datastore.container = draft.container;
  datastore.tags = draft.tags;
  datastore.created_at = context.clock.wall();
  auto made = context.objects.create_container(place_of(datastore), {});
  if (made.has_error() && made.error().code != base::ErrorCode::AlreadyExists) {
    return std::move(made).error();
  }
  return context.ledger.write([&](ledger::Transaction& tx) -> base::Result<void> {
    HP_TRY(auto existing, tx.datastores().find(workspace.id, draft.name));
    if (!existing) return tx.datastores().insert(datastore);
    if (replace == Replace::Yes) return tx.datastores().update(datastore);
    return base::already_exists("DatastoreExists",
                                fmt::format("a datastore '{}' is registered already; pass "
                                            "overwrite=True to replace it",
                                            draft.name));
  });
}

base::Result<void> remove_datastore(const Context& context, const domain::Workspace& workspace,
                                    const std::string& name) {
  HP_TRY(const domain::Datastore datastore, get_datastore(context, workspace.id, name));
  if (base::equals_ignoring_case(datastore.name, workspace.default_datastore)) {
    return base::conflict("DefaultDatastore", "the default datastore cannot be unregistered");
  }
  return context.ledger.write([&](ledger::Transaction& tx) -> base::Result<void> {
    return tx.datastores().remove(workspace.id, datastore.name);
  });
}

objects::ContainerName place_of(const domain::Datastore& datastore) {
  const bool share = datastore.kind == domain::DatastoreKind::FileShare;
  return {share ? objects::share_account(datastore.account) : datastore.account,
          datastore.container};
}

base::Result<security::Secret> datastore_key(const Context& context,
                                             const domain::Datastore& datastore) {
  return storage_account_key(context, datastore.account);
}

}  // namespace homeport::service
