#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "domain/attempt.hpp"
#include "domain/cluster.hpp"
#include "domain/datastore.hpp"
#include "domain/experiment.hpp"
#include "domain/node.hpp"
#include "domain/operation.hpp"
#include "domain/resource_group.hpp"
#include "domain/run.hpp"
#include "domain/snapshot.hpp"
#include "domain/workspace.hpp"

/// The JSON documents that a durable ledger keeps beside the columns it searches by. The format is
/// the ledger's own: it changes only so that documents of every earlier version can still be read
/// (a new field has a default; a field never changes its meaning).
namespace homeport::ledger {

/// What of the aggregate is not in a column of its own (migrations/ tells which are).
std::string encode(const domain::Workspace& workspace);
std::string encode(const domain::Cluster& cluster);
std::string encode(const domain::Node& node);
std::string encode(const domain::Experiment& experiment);
std::string encode(const domain::Run& run);
std::string encode(const domain::Attempt& attempt);
std::string encode(const domain::Datastore& datastore);
std::string encode(const domain::ResourceGroup& group);
std::string encode(const domain::ProjectSnapshot& snapshot);
std::string encode(const domain::Operation& operation);

/// Fills in what encode() wrote. Internal if `document` is not such a document.
base::Result<void> decode(std::string_view document, domain::Workspace& workspace);
base::Result<void> decode(std::string_view document, domain::Cluster& cluster);
base::Result<void> decode(std::string_view document, domain::Node& node);
base::Result<void> decode(std::string_view document, domain::Experiment& experiment);
base::Result<void> decode(std::string_view document, domain::Run& run);
base::Result<void> decode(std::string_view document, domain::Attempt& attempt);
base::Result<void> decode(std::string_view document, domain::Datastore& datastore);
base::Result<void> decode(std::string_view document, domain::ResourceGroup& group);
base::Result<void> decode(std::string_view document, domain::ProjectSnapshot& snapshot);
base::Result<void> decode(std::string_view document, domain::Operation& operation);

/// The names of the enumerators as columns hold them.
const char* to_column(domain::AttemptState state);
const char* to_column(domain::OperationState state);

}  // namespace homeport::ledger
