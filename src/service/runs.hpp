#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/operation.hpp"
#include "domain/run.hpp"
#include "domain/snapshot.hpp"
#include "domain/workspace.hpp"
#include "ledger/run_query.hpp"
#include "service/context.hpp"

namespace homeport::service {

base::Error run_not_found(const domain::RunId& run);

/// A run that asks for more nodes than its cluster may have now.
enum class TooLarge {
  Refused,
  Waits,  ///< until the cluster is resized; it holds nobody back and says why it waits
};

/// A run to be started on a cluster.
struct RunDraft {
  domain::RunId id;  ///< empty: `name` where no other run of the workspace has it, else one is made
  std::string
      name{};  ///< unique in the experiment, without case; empty: it is known by its id only
  std::string experiment_name;
  domain::RunId parent_id;
  /// `target` names the cluster, of this workspace; or cluster_id says which, of any workspace.
  domain::RunSpec spec;
  TooLarge too_large = TooLarge::Refused;
  std::string run_type;
  /// The client's own, shown back. A second draft of the same name is the same run if this is the
  /// same text: so nothing in it is made up for each request.
  std::string definition;
  domain::Tags tags;
  std::map<std::string, std::string> properties;
  std::vector<domain::RunWarning> warnings;
};

/// Queues a run, durably; the same id again is the same run and returns it as it is, and so is the
/// same name with the same definition (with another: Conflict/RunExists). The experiment is made if
/// it is not there. Errors: ComputeTargetNotFound, for a cluster that is being deleted too;
/// InvalidArgument naming the field for a node count above the cluster's maximum (unless it waits)
/// or the machine's capacity, nothing to run, a bad layout, an unknown datastore;
/// Conflict/RunDeleting, ExperimentDeleting, WorkspaceDeleting.
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
/// By its name, without case, or by its id. NotFound/ExperimentNotFound, NotFound/RunNotFound.
base::Result<domain::Run> find_run(const Context& context, const domain::WorkspaceId& workspace,
                                   const std::string& experiment_name, const std::string& name);
base::Result<ledger::RunPage> query_runs(const Context& context, const ledger::RunQuery& query);

/// Asks a run to stop. A waiting one is Canceled at once; one that has ended stays as it is.
base::Result<domain::Run> cancel_run(const Context& context, const domain::WorkspaceId& workspace,
                                     const domain::RunId& id);

/// What was asked of a run, and what a client polls until it is done.
struct RunOperation {
  domain::Run run;
  std::optional<domain::Operation> operation;  ///< none: there is nothing to wait for
};

/// Asks a run to stop, as cancel_run does; the operation ends with it. None for a run that has
/// ended. `resource`: how the dialect names the run.
base::Result<RunOperation> terminate_run(const Context& context,
                                         const domain::WorkspaceId& workspace,
                                         const domain::RunId& id, const std::string& resource);

/// Starts the removal of a run in any state: a live one is stopped first. Its row, attempts,
/// metrics, its own artifacts and run directory go; what it wrote elsewhere (shares, containers)
/// stays. Again while it lasts: the same operation.
base::Result<RunOperation> delete_run(const Context& context, const domain::WorkspaceId& workspace,
                                      const domain::RunId& id, const std::string& resource);

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
