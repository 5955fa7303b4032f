#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/blob_container.hpp"

namespace homeport::cli {

class Client;

/// DataStore documents of the workspace, without secrets.
base::Result<std::vector<boost::json::value>> list_datastores(Client& client);

/// The container behind a datastore. NotFound for an unknown name; NotImplemented for a kind of
/// storage that is none of blobs.
base::Result<BlobContainer> open_datastore(Client& client, Transport& transport,
                                           const std::string& name);

}  // namespace homeport::cli
