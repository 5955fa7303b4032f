#pragma once

#include <string>
#include <vector>

#include "domain/datastore.hpp"
#include "objects/object_store.hpp"
#include "security/secret.hpp"
#include "service/context.hpp"

namespace homeport::service {

base::Result<std::vector<domain::Datastore>> list_datastores(const Context& context,
                                                             const domain::WorkspaceId& workspace);
/// NotFound/DatastoreNotFound names those that are there.
base::Result<domain::Datastore> get_datastore(const Context& context,
                                              const domain::WorkspaceId& workspace,
                                              const std::string& name);
base::Result<domain::Datastore> get_default_datastore(const Context& context,
                                                      const domain::Workspace& workspace);
base::Result<void> set_default_datastore(const Context& context, const domain::Workspace& workspace,
                                         const std::string& name);

struct DatastoreDraft {
  std::string name;
  domain::DatastoreKind kind = domain::DatastoreKind::Blob;
  std::string account;
  std::string container;
  security::Secret account_key;
  security::Secret sas_token;
  domain::Tags tags;
};
enum class Replace { No, Yes };
/// Registers a container of one of our own accounts, made if need be. NotImplemented for an account
/// that is not ours; InvalidArgument for a wrong key or name; AlreadyExists unless Replace::Yes.
base::Result<void> register_datastore(const Context& context, const domain::Workspace& workspace,
                                      const DatastoreDraft& draft, Replace replace);
/// Conflict for the default datastore. The data stays.
base::Result<void> remove_datastore(const Context& context, const domain::Workspace& workspace,
                                    const std::string& name);

/// Where its bytes are: a container, or a share as objects/shares.hpp names it.
objects::ContainerName place_of(const domain::Datastore& datastore);

/// The key that opens it.
base::Result<security::Secret> datastore_key(const Context& context,
                                             const domain::Datastore& datastore);

}  // namespace homeport::service
