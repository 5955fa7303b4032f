#pragma once

#include <string>
#include <vector>

#include "domain/datastore.hpp"
#include "domain/operation.hpp"
#include "domain/workspace.hpp"
#include "security/secret.hpp"
#include "service/context.hpp"
#include "service/precondition.hpp"

namespace homeport::service {

/// Names of what every workspace is born with.
inline constexpr const char* kBlobDatastore = "workspaceblobstore";
inline constexpr const char* kFileDatastore = "workspacefilestore";
/// The container of the workspace's account that holds its runs' files.
inline constexpr const char* kRunContainer = "azureml";

struct WorkspaceDraft {
  domain::WorkspaceKey key;
  std::string location;
  std::string friendly_name;
  std::string description;
  domain::Tags tags;
};

/// Makes the workspace with its storage account, containers and datastores; if it is there already,
/// changes location-independent fields only and returns it. InvalidArgument names the field;
/// Conflict/WorkspaceDeleting; PreconditionFailed.
base::Result<domain::Workspace> create_workspace(const Context& context,
                                                 const WorkspaceDraft& draft,
                                                 const Precondition& precondition = {});

/// Replaces the tags of one that is there.
base::Result<domain::Workspace> tag_workspace(const Context& context,
                                              const domain::WorkspaceKey& key,
                                              const domain::Tags& tags,
                                              const Precondition& precondition = {});

/// NotFound/WorkspaceNotFound where there is none.
base::Result<domain::Workspace> get_workspace(const Context& context,
                                              const domain::WorkspaceKey& key);
base::Result<domain::Workspace> get_workspace(const Context& context,
                                              const domain::WorkspaceId& id);

/// All of a subscription (and of one resource group, unless that is empty), by name.
base::Result<std::vector<domain::Workspace>> list_workspaces(const Context& context,
                                                             const std::string& subscription_id,
                                                             const std::string& resource_group);

/// Conflict while it has clusters or unfinished runs. Its plain files stay on the disk.
base::Result<void> delete_workspace(const Context& context, const domain::WorkspaceKey& key);

/// Starts the removal of a workspace with all that it holds: its clusters are deleted, its runs
/// ended. The files of its storage account stay on the disk. Again while it lasts: the same
/// operation. `resource`: how the dialect names the workspace.
base::Result<domain::Operation> delete_workspace_and_contents(
    const Context& context, const domain::WorkspaceKey& key, const std::string& resource,
    const Precondition& precondition = {});

/// The key of a storage account of ours. NotFound names the known ones.
base::Result<security::Secret> storage_account_key(const Context& context,
                                                   const std::string& account);

}  // namespace homeport::service
