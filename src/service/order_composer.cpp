#include "service/order_composer.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "security/tokens.hpp"
#include "service/data_plan.hpp"
#include "service/frameworks.hpp"
#include "service/order_parts.hpp"
#include "service/process_variables.hpp"
#include "service/run_files.hpp"
#include "service/run_places.hpp"
#include "service/transactions.hpp"
#include "service/volumes.hpp"
#include "service/workspaces.hpp"

namespace homeport::service {
namespace {

const domain::RoleCommand* command_of(const domain::RunSpec& spec,
                                      const domain::ProcessRecord& process) {
  const domain::RoleCommand* of_all = nullptr;
  for (const domain::RoleCommand& command : spec.role_commands) {
    if (command.role != process.role) continue;
    if (command.index == process.index) return &command;
    if (command.index < 0) of_all = &command;
  }
  return of_all;
}

std::vector<std::string> command_line(const domain::RunSpec& spec,
                                      const domain::ProcessRecord& process,
                                      const std::string& interpreter, Expansion expansion) {
  std::vector<std::string> words;
  if (const domain::RoleCommand* command = command_of(spec, process)) {
    words = command->command;
  } else if (!spec.script.empty()) {
    words = spec.command;
    words.insert(words.end(), {interpreter, spec.script});
    words.insert(words.end(), spec.arguments.begin(), spec.arguments.end());
  } else {
    words = spec.command;
    if (words.size() == 1) words = verbatim({"/bin/sh", "-c", spec.command.front()});
    words.insert(words.end(), spec.arguments.begin(), spec.arguments.end());
  }
  return expansion == Expansion::Values ? verbatim(std::move(words)) : words;
}

engine::ScratchOrder shared_scratch(const std::filesystem::path& attempt, const Context& context,
                                    const domain::Run& run) {
  return {(attempt / "shared").string(), run_shared(context, run.workspace_id, run.id).string(),
          false};
}

/// Scratch of node `index` of an attempt. A later attempt finds nothing of an earlier one.
std::vector<engine::ScratchOrder> scratch_of(const std::filesystem::path& attempt, int index,
                                             const Context& context, const domain::Run& run) {
  const std::filesystem::path own = attempt / std::to_string(index);
  return {
      shared_scratch(attempt, context, run),
      {(own / "temp").string(), run_temporary(context, run.workspace_id, run.id).string(), true},
      {(own / "work").string(), run_work(context, run.workspace_id, run.id).string(), false}};
}

/// One attempt on its way to its orders.
class Composition {
 public:
  Composition(const Context& context, const EnvironmentOptions& environments,
              const RunDialect& dialect, const domain::Run& run, const domain::Attempt& attempt,
              const domain::Cluster& cluster, const std::vector<domain::Node>& nodes)
      : context_(context),
        environments_(environments),
        dialect_(dialect),
        run_(run),
        spec_(*run.spec),
        attempt_(attempt),
        cluster_(cluster),
        nodes_(nodes),
        directory_(run_directory(context, run.workspace_id, run.id)) {}

  base::Result<void> plan();
  base::Result<engine::AttemptOrder> order_for(int index) const;

 private:
  base::Result<void> plan_files();
  base::Result<void> plan_data();
  base::Variables variables_of(int index, const domain::ProcessRecord* process) const;
  bool from_head() const { return std::holds_alternative<domain::HeadLayout>(spec_.layout); }
  std::string user_base() const;
  std::string start_directory() const;
  engine::ProcessOrder preparation_on(int index) const;
  void add_processes(engine::AttemptOrder& order) const;
  void add_door(engine::AttemptOrder& order, const std::filesystem::path& attempt) const;

  const Context& context_;
  const EnvironmentOptions& environments_;
  const RunDialect& dialect_;
  const domain::Run& run_;
  const domain::RunSpec& spec_;
  const domain::Attempt& attempt_;
  const domain::Cluster& cluster_;
  const std::vector<domain::Node>& nodes_;
  std::filesystem::path directory_;
  domain::Workspace workspace_;
  engine::AttemptOrder shared_;
  DataPlan data_;
  ResolvedEnvironment environment_;
  base::Variables secrets_;
};

base::Result<void> Composition::plan() {
  HP_TRY(workspace_, get_workspace(context_, run_.workspace_id));
  HP_TRY(secrets_, unseal(context_, spec_.sealed_secrets));
  shared_.run_id = run_.id;
  shared_.number = attempt_.number;
  shared_.token = attempt_.token;
  shared_.slot = nodes_.front().slot;
  shared_.launch_when_prepared = nodes_.size() == 1;
  shared_.endpoint_variables = dialect_.names.endpoint;
  shared_.hosts = hosts_file(nodes_);
  environment_ = resolve_environment(spec_.environment, environments_);
  shared_.environment = environment_.order;
  shared_.environment.log_name = spec_.logs.environment_build;
  HP_TRYV(plan_data());
  return plan_files();
}

base::Result<void> Composition::plan_files() {
  const std::filesystem::path project = run_project(context_, run_.workspace_id, run_.id);
  HP_TRY(const std::filesystem::path artifacts, artifact_directory(context_, workspace_, run_.id));
  shared_.artifacts = artifacts.string();
  shared_.project = project.string();
  if (dialect_.start_in == StartIn::Project) {
    for (const char* watched : {"outputs", "logs"}) {
      shared_.mounts.push_back(
          {(artifacts / watched).string(), (project / watched).string(), false});
    }
  }
  if (spec_.snapshot_id.empty()) return base::success();
  HP_TRY(auto snapshot, read(context_.ledger, [&](ledger::Transaction& tx) {
           return required(tx.snapshots().find(run_.workspace_id, spec_.snapshot_id),
                           base::not_found("SnapshotNotFound", "the run's snapshot is gone"));
         }));
  shared_.snapshot_zip = (context_.data_directory / snapshot.file).string();
  return base::success();
}

base::Result<void> Composition::plan_data() {
  const std::filesystem::path project = run_project(context_, run_.workspace_id, run_.id);
  for (const domain::DataReference& reference : spec_.data) {
    HP_TRYV(plan_reference(context_, reference, workspace_, directory_, project, data_));
  }
  shared_.mounts = data_.mounts;
  shared_.downloads = data_.downloads;
  return base::success();
}

base::Variables Composition::variables_of(int index, const domain::ProcessRecord* process) const {
  base::Variables variables = common_variables(environment_);
  if (process != nullptr && std::holds_alternative<domain::ParameterServerLayout>(spec_.layout)) {
    variables["TF_CONFIG"] = tensorflow_config(attempt_, nodes_, *process);
  }
  if (process != nullptr && std::holds_alternative<domain::RankLayout>(spec_.layout)) {
    put_over(variables, rank_variables(attempt_, nodes_, *process));
  }
  if (from_head()) put_over(variables, mpi_variables());
  if (dialect_.start_in == StartIn::Work) {
    put_over(variables, user_package_variables(user_base(), environment_, environments_));
  }
  if (has_home(cluster_)) variables["HOME"] = cluster_home(context_, cluster_.id).string();
  put_over(variables,
           dialect_.variables({workspace_, run_, attempt_, cluster_, nodes_, index, process}));
  for (const auto& [reference, path] : data_.paths) {
    variables[dialect_.names.data + reference] = path;
  }
  const base::Variables& given = spec_.environment.variables;
  put_over(variables,
           dialect_.expansion == Expansion::Values ? base::expand_values(given, variables) : given);
  put_over(variables, secrets_);
  return variables;
}

/// Where a preparation installs Python packages for the run.
std::string Composition::user_base() const {
  const std::filesystem::path home = has_home(cluster_)
                                         ? cluster_home(context_, cluster_.id)
                                         : run_temporary(context_, run_.workspace_id, run_.id);
  return (home / ".local").string();
}

std::string Composition::start_directory() const {
  if (dialect_.start_in == StartIn::Project) return {};
  return run_work(context_, run_.workspace_id, run_.id).string();
}

engine::ProcessOrder Composition::preparation_on(int index) const {
  engine::ProcessOrder order;
  if (spec_.preparation.empty()) return order;
  const std::string& host = nodes_[static_cast<size_t>(index)].host_name;
  order.role = "preparation";
  order.index = index;
  order.argv = verbatim(spec_.preparation);
  order.variables = variables_of(index, nullptr);
  order.log_name = fill_log_name(spec_.logs.preparation, "", 0, host);
  if (order.log_name.empty()) order.log_name = fmt::format("preparation-{}.txt", host);
  order.error_log_name = fill_log_name(spec_.logs.preparation_errors, "", 0, host);
  order.directory = start_directory();
  order.as_root = true;
  return order;
}

void Composition::add_processes(engine::AttemptOrder& order) const {
  for (const domain::ProcessRecord& process : attempt_.processes) {
    if (process.node_index != order.node_index) continue;
    engine::ProcessOrder& started = order.processes.emplace_back();
    started.role = process.role;
    started.index = process.index;
    started.argv = command_line(spec_, process, environment_.interpreter, dialect_.expansion);
    started.variables = variables_of(order.node_index, &process);
    started.log_name = process.log_name;
    started.error_log_name = process.error_log_name;
    started.directory = start_directory();
    const auto token = started.variables.find(dialect_.names.token);
    if (token != started.variables.end()) order.run_token_header = "Bearer " + token->second;
  }
}

/// By which the run's one process starts more of them on this node.
void Composition::add_door(engine::AttemptOrder& order,
                           const std::filesystem::path& attempt) const {
  const domain::Node& node = nodes_[static_cast<size_t>(order.node_index)];
  engine::DoorOrder& door = order.door;
  door.directory = run_doors(context_, run_.workspace_id, run_.id).string();
  order.scratch.push_back({(attempt / "doors").string(), door.directory, false});
  door.names = {node.host_name, node.address};
  // A restarted server gives the same order again. What fences reports is not told to user code.
  door.secret = base::to_hex(security::sha256("door of " + attempt_.token));
  door.process.variables = variables_of(order.node_index, &attempt_.processes.front());
  door.process.directory = start_directory();
  const auto token = door.process.variables.find(dialect_.names.token);
  if (token != door.process.variables.end()) order.run_token_header = "Bearer " + token->second;
}

base::Result<engine::AttemptOrder> Composition::order_for(int index) const {
  const domain::Node& node = nodes_[static_cast<size_t>(index)];
  engine::AttemptOrder order = shared_;
  order.node_index = index;
  order.head = index == 0;
  if (order.head) order.uploads = data_.uploads;
  order.preparation_log = fill_log_name(spec_.logs.node_preparation, "", 0, node.host_name);
  const std::filesystem::path attempt = directory_ / "attempts" / std::to_string(attempt_.number);
  if (dialect_.start_in == StartIn::Work) {
    order.scratch = scratch_of(attempt, index, context_, run_);
  } else if (std::holds_alternative<domain::RankLayout>(spec_.layout)) {
    order.scratch = {shared_scratch(attempt, context_, run_)};  // Ranks may meet in a file.
  }
  if (dialect_.start_in == StartIn::Work || from_head()) {
    order.files[run_host_file(context_, run_.workspace_id, run_.id).string()] =
        mpi_host_file(cluster_, nodes_);
  }
  if (has_home(cluster_)) order.scratch.push_back(home_on(context_, cluster_, node));
  VolumePlan volumes;
  const std::filesystem::path own = attempt / std::to_string(index) / "mounts";
  if (cluster_.setup) {
    HP_TRYV(plan_volumes(context_, cluster_.setup->volumes, cluster_mounts(context_, cluster_.id),
                         own / "cluster", volumes));
  }
  HP_TRYV(plan_volumes(context_, spec_.volumes, run_mounts(context_, run_.workspace_id, run_.id),
                       own / "run", volumes));
  const bool commands = !volumes.commands.empty();
  add_volumes(order, std::move(volumes),
              commands ? variables_of(index, nullptr) : base::Variables());
  for (const domain::RunFolder& folder : spec_.folders) {
    HP_TRY(const std::filesystem::path place, make_folder(context_, folder.place));
    order.folders[folder.name] = place.string();
  }
  order.gpus = domain::gpus_on(attempt_, index);
  order.preparation = preparation_on(index);
  add_processes(order);
  order.stays = index > 0 && from_head();
  if (from_head() && nodes_.size() > 1) add_door(order, attempt);
  return order;
}

}  // namespace

base::Result<std::vector<engine::AttemptOrder>> OrderComposer::compose(
    const domain::Run& run, const domain::Attempt& attempt, const domain::Cluster& cluster,
    const std::vector<domain::Node>& nodes) {
  const auto dialect = dialects_.find(run.spec->dialect);
  if (dialect == dialects_.end()) {
    return base::not_implemented("running what '" + run.spec->dialect + "' submits");
  }
  Composition composition(context_, environments_, dialect->second, run, attempt, cluster, nodes);
  HP_TRYV(composition.plan());
  std::vector<engine::AttemptOrder> orders;
  for (int i = 0; i < static_cast<int>(nodes.size()); ++i) {
    HP_TRY(orders.emplace_back(), composition.order_for(i));
  }
  return orders;
}

}  // namespace homeport::service
