#include "service/workspaces.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "domain/names.hpp"
#include "objects/object_store.hpp"
#include "service/datastores.hpp"
#include "service/guards.hpp"
#include "service/transactions.hpp"

namespace homeport::service {
namespace {

base::Error workspace_not_found(const std::string& name) {
  return base::not_found(
      "WorkspaceNotFound",
      fmt::format("there is no workspace '{}' here; `homeport status` lists those "
                  "that are",
                  name));
}

/// Storage accounts are 3 to 24 lower-case letters and digits in Azure; so are ours, with the
/// workspace's name in front for those who look at the disk.
std::string account_name(const std::string& workspace_name) {
  std::string name;
  for (char c : base::to_lower(workspace_name)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) name += c;
  }
  return name.substr(0, 14) + base::random_hex(5);
}

domain::Datastore own_datastore(const domain::Workspace& workspace, const char* name,
                                domain::DatastoreKind kind, const char* prefix) {
  domain::Datastore datastore;
  datastore.workspace_id = workspace.id;
  datastore.name = name;
  datastore.kind = kind;
  datastore.account = workspace.storage_account;
  datastore.container = prefix + workspace.id.text();
  datastore.created_at = workspace.created_at;
  return datastore;
}

/// A container that is there already is as good as a new one: a crash may have come between.
base::Result<void> ensure_container(const Context& context, const objects::ContainerName& name) {
  auto made = context.objects.create_container(name, {});
  if (made.has_error() && made.error().code != base::ErrorCode::AlreadyExists) {
    return std::move(made).error();
  }
  return base::success();
}

base::Result<void> make_storage(const Context& context, const domain::Workspace& workspace,
                                const std::vector<domain::Datastore>& datastores) {
  HP_TRYV(ensure_container(context, {workspace.storage_account, kRunContainer}));
  for (const domain::Datastore& datastore : datastores) {
    HP_TRYV(ensure_container(context, place_of(datastore)));
  }
  return base::success();
}

domain::Workspace new_workspace(const Context& context, const WorkspaceDraft& draft) {
  domain::Workspace workspace;
  workspace.id = domain::WorkspaceId(base::random_uuid());
  workspace.key = draft.key;
  workspace.location = draft.location.empty() ? "local" : draft.location;
  workspace.friendly_name = draft.friendly_name.empty() ? draft.key.name : draft.friendly_name;
  workspace.description = draft.description;
  workspace.tags = draft.tags;
  workspace.created_at = context.clock.wall();
  workspace.storage_account = account_name(draft.key.name);
  const std::string key = base::base64_encode(base::random_hex(32));
  workspace.sealed_account_key = context.keyring.encrypt(security::Secret(key));
  workspace.default_datastore = kBlobDatastore;
  return workspace;
}

base::Result<void> check_workspace_precondition(const Precondition& precondition,
                                                const domain::Workspace& workspace) {
  const std::string version = version_of(workspace);
  return check_precondition(precondition, &version);
}

template <typename Change>
base::Result<domain::Workspace> change_workspace(ledger::Transaction& tx,
                                                 domain::Workspace workspace,
                                                 const Precondition& precondition, Change change) {
  HP_TRYV(check_workspace_precondition(precondition, workspace));
  HP_TRYV(check_stays(workspace));
  change(workspace);
  ++workspace.revision;
  HP_TRYV(tx.workspaces().update(workspace));
  return workspace;
}

base::Result<void> check_unused(ledger::Transaction& tx, const domain::Workspace& workspace) {
  HP_TRY(auto clusters, tx.clusters().list(workspace.id));
  if (!clusters.empty()) {
    return base::conflict("WorkspaceInUse",
                          fmt::format("workspace '{}' still has the cluster '{}'; delete its "
                                      "clusters first",
                                      workspace.key.name, clusters.front().name));
  }
  HP_TRY(auto unfinished, tx.runs().list_unfinished());
  for (const domain::Run& run : unfinished) {
    if (run.workspace_id != workspace.id) continue;
    return base::conflict("WorkspaceInUse",
                          fmt::format("run {} of workspace '{}' has not ended; cancel it first",
                                      run.id.text(), workspace.key.name));
  }
  return base::success();
}

}  // namespace

base::Result<domain::Workspace> create_workspace(const Context& context,
                                                 const WorkspaceDraft& draft,
                                                 const Precondition& precondition) {
  HP_TRYV(domain::check_resource_name(draft.key.name, "workspaceName"));
  const domain::Workspace fresh = new_workspace(context, draft);
  const std::vector<domain::Datastore> datastores{
      own_datastore(fresh, kBlobDatastore, domain::DatastoreKind::Blob, "azureml-blobstore-"),
      own_datastore(fresh, kFileDatastore, domain::DatastoreKind::FileShare, "azureml-filestore-")};
  HP_TRY(auto known, read(context.ledger, [&](ledger::Transaction& tx) {
           return tx.workspaces().find(draft.key);
         }));
  // Folders before the commit: a workspace that was acknowledged has its containers.
  if (!known) {
    HP_TRYV(make_storage(context, fresh, datastores));
  }
  return write(context.ledger, [&](ledger::Transaction& tx) -> base::Result<domain::Workspace> {
    HP_TRY(auto existing, tx.workspaces().find(draft.key));
    if (existing) {
      return change_workspace(tx, std::move(*existing), precondition, [&](domain::Workspace& w) {
        w.tags = draft.tags;
        if (!draft.friendly_name.empty()) w.friendly_name = draft.friendly_name;
        if (!draft.description.empty()) w.description = draft.description;
      });
    }
    HP_TRYV(check_precondition(precondition, nullptr));
    HP_TRYV(tx.workspaces().insert(fresh));
    for (const domain::Datastore& datastore : datastores) {
      HP_TRYV(tx.datastores().insert(datastore));
    }
    return fresh;
  });
}

base::Result<domain::Workspace> get_workspace(const Context& context,
                                              const domain::WorkspaceKey& key) {
  return read(context.ledger, [&](ledger::Transaction& tx) {
    return required(tx.workspaces().find(key), workspace_not_found(key.name));
  });
}

base::Result<domain::Workspace> get_workspace(const Context& context,
                                              const domain::WorkspaceId& id) {
  return read(context.ledger, [&](ledger::Transaction& tx) {
    return required(tx.workspaces().find(id), workspace_not_found(id.text()));
  });
}

base::Result<std::vector<domain::Workspace>> list_workspaces(const Context& context,
                                                             const std::string& subscription_id,
                                                             const std::string& resource_group) {
  HP_TRY(auto all,
         read(context.ledger, [&](ledger::Transaction& tx) { return tx.workspaces().list(); }));
  std::erase_if(all, [&](const domain::Workspace& workspace) {
    return !base::equals_ignoring_case(workspace.key.subscription_id, subscription_id) ||
           (!resource_group.empty() &&
            !base::equals_ignoring_case(workspace.key.resource_group, resource_group));
  });
  return all;
}

base::Result<domain::Workspace> tag_workspace(const Context& context,
                                              const domain::WorkspaceKey& key,
                                              const domain::Tags& tags,
                                              const Precondition& precondition) {
  return write(context.ledger, [&](ledger::Transaction& tx) -> base::Result<domain::Workspace> {
    HP_TRY(auto workspace, required(tx.workspaces().find(key), workspace_not_found(key.name)));
    return change_workspace(tx, std::move(workspace), precondition,
                            [&](domain::Workspace& w) { w.tags = tags; });
  });
}

base::Result<void> delete_workspace(const Context& context, const domain::WorkspaceKey& key) {
  return context.ledger.write([&](ledger::Transaction& tx) -> base::Result<void> {
    HP_TRY(auto workspace, required(tx.workspaces().find(key), workspace_not_found(key.name)));
    HP_TRYV(check_unused(tx, workspace));
    return tx.workspaces().remove(workspace.id);
  });
}

base::Result<domain::Operation> delete_workspace_and_contents(const Context& context,
                                                              const domain::WorkspaceKey& key,
                                                              const std::string& resource,
                                                              const Precondition& precondition) {
  HP_TRY(auto operation,
         write(context.ledger, [&](ledger::Transaction& tx) -> base::Result<domain::Operation> {
           HP_TRY(auto workspace,
                  required(tx.workspaces().find(key), workspace_not_found(key.name)));
           HP_TRYV(check_workspace_precondition(precondition, workspace));
           if (!workspace.deletion.empty()) {
             HP_TRY(auto known, tx.operations().find(workspace.deletion));
             if (known) return *known;
           }
           domain::Operation made = start_operation(context, workspace.id, "delete");
           made.resource = resource;
           HP_TRYV(tx.operations().insert(made));
           workspace.deletion = made.id;
           ++workspace.revision;
           HP_TRYV(tx.workspaces().update(workspace));
           return made;
         }));
  context.control.operation_started();
  return operation;
}

base::Result<security::Secret> storage_account_key(const Context& context,
                                                   const std::string& account) {
  HP_TRY(auto workspace, read(context.ledger, [&](ledger::Transaction& tx) {
           return required(
               tx.workspaces().find_by_account(account),
               base::not_found("ResourceNotFound",
                               fmt::format("no storage account '{}' lives here", account)));
         }));
  return context.keyring.decrypt(workspace.sealed_account_key);
}

}  // namespace homeport::service
