#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/run.hpp"
#include "domain/snapshot.hpp"
#include "domain/workspace.hpp"
#include "ledger/run_query.hpp"
#include "service/context.hpp"

namespace homeport::service {

base::Error run_not_found(const domain::RunId& run);

/// A run to be started on a cluster.
struct RunDraft {
  domain::RunId id;  ///< empty: the service makes one, EXPERIMENT_SECONDS_8HEX
  std::string experiment_name;
  domain::RunId parent_id;
  domain::RunSpec spec;  ///< `target` names the cluster; cluster_id is filled in here
  std::string run_type;
  std::string definition;  ///< the client's own, shown back
  domain::Tags tags;
  std::map<std::string, std::string> properties;
  std::vector<domain::RunWarning> warnings;
};

/// Queues a run, durably; the same id again is the same run and returns it as it is. The experiment
/// is made if it is not there. Errors: ComputeTargetNotFound; InvalidArgument naming the field for
/// a node count above the cluster's maximum or the machine's capacity, no script and no command, a
/// bad layout, an unknown datastore.
base::Result<domain::Run> submit_run(const Context& context, const domain::Workspace& workspace,
                                     RunDraft draft,
                                     const std::optional<domain::ProjectSnapshot>& snapshot);

/// What a client may write of a run. Only what is set changes; tags merge; properties are add-only.
struct RunChange {
  std::optional<domain::RunId> parent_id;
  std::optional<std::string> display_name;
  std::optional<std::string> description;
  std::optional<std::string> run_type;
  std::optional<std::string> script_name;
  std::optional<std::string> target;
  std::optional<bool> hidden;
  domain::Tags tags;
  std::vector<std::string> removed_tags;
  std::map<std::string, std::string> properties;
};

/// Changes the run, or makes it (NotStarted, driven by its client) if it is not there. Conflict if
/// a property that is set already would get another value.
base::Result<domain::Run> create_or_modify_run(const Context& context,
                                               const domain::Workspace& workspace,
                                               const std::string& experiment_name,
                                               const domain::RunId& id, const RunChange& change);

/// Changes a run that is there.
base::Result<domain::Run> modify_run(const Context& context, const domain::WorkspaceId& workspace,
                                     const domain::RunId& id, const RunChange& change);

base::Result<domain::Run> get_run(const Context& context, const domain::WorkspaceId& workspace,
                                  const domain::RunId& id);
base::Result<ledger::RunPage> query_runs(const Context& context, const ledger::RunQuery& query);

/// Asks a run to stop. A waiting one is Canceled at once; one that has ended stays as it is.
base::Result<domain::Run> cancel_run(const Context& context, const domain::WorkspaceId& workspace,
                                     const domain::RunId& id);

/// What a client tells of a run. Start and the ends move only runs that their client drives: a
/// submitted run's state follows its processes.
enum class ClientEvent { Start, Completed, Failed, Canceled };
base::Result<domain::Run> record_client_event(const Context& context,
                                              const domain::WorkspaceId& workspace,
                                              const domain::RunId& id, ClientEvent event,
                                              base::TimePoint when);
base::Result<domain::Run> add_run_warning(const Context& context,
                                          const domain::WorkspaceId& workspace,
                                          const domain::RunId& id,
                                          const domain::RunWarning& warning);
base::Result<domain::Run> set_run_error(const Context& context,
                                        const domain::WorkspaceId& workspace,
                                        const domain::RunId& id, const domain::RunError& error);

}  // namespace homeport::service
