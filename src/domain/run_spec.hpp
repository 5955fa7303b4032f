#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/ids.hpp"
#include "domain/volume.hpp"

namespace homeport::domain {

/// How a run's processes are laid over its nodes.
struct SingleLayout {  ///< one process on each node
  bool operator==(const SingleLayout&) const = default;
};
struct ParameterServerLayout {
  int workers = 1;
  int parameter_servers = 1;
  bool operator==(const ParameterServerLayout&) const = default;
};
struct HeadLayout {  ///< one process, on the first node; it starts what it wants on the others
  bool operator==(const HeadLayout&) const = default;
};
struct RankLayout {  ///< processes that know their rank ("rank"), dealt out over the nodes in turn
  int processes = 1;
  bool operator==(const RankLayout&) const = default;
};
using Layout = std::variant<SingleLayout, ParameterServerLayout, HeadLayout, RankLayout>;

/// The command of the processes of one role, where roles have commands of their own.
struct RoleCommand {
  std::string role;
  int index = -1;  ///< of the one process that is meant; -1: all that no other entry names
  std::vector<std::string> command;

  bool operator==(const RoleCommand&) const = default;
};

/// A folder of a run's files that lies elsewhere than in its artifacts: what the run, and whoever
/// asks for its files, knows as NAME/… is kept at `place`.
struct RunFolder {
  std::string name;  ///< "stdouterr", "outputs/Models": a path, relative to the run's artifacts
  FilePlace place;

  bool operator==(const RunFolder&) const = default;
};

enum class DataMode { Mount, Download, Upload };

/// A piece of a datastore that a run sees as a path.
struct DataReference {
  std::string name;  ///< AZUREML_DATAREFERENCE_<name> holds the path
  std::string datastore;
  DataMode mode = DataMode::Mount;
  std::string path_on_datastore;  ///< relative; empty is the whole store
  std::string path_on_compute;    ///< empty: chosen by the service
  bool overwrite = false;

  bool operator==(const DataReference&) const = default;
};

/// What a run's interpreter must hold. Equal specs share one built environment.
struct EnvironmentSpec {
  std::string name;
  bool user_managed = false;  ///< take `interpreter` as it is, build nothing
  std::string interpreter = "python";
  std::string python_version;  ///< wished for; what differs is a warning
  std::vector<std::string> conda_packages;
  std::vector<std::string> pip_packages;  ///< requirement lines, as asked for
  std::vector<std::string> pip_options;   ///< --index-url and the like
  std::map<std::string, std::string> variables;
  std::string container_image;  ///< asked for; empty if none
  bool use_gpu = false;

  bool operator==(const EnvironmentSpec&) const = default;
};

/// The names of a run's log files, chosen by the dialect that submitted it and kept with the run;
/// the core only fills in {role}, {index} and {node}. Paths are relative to the run's artifacts.
/// Where a name for errors is empty, standard error goes where standard output goes.
struct LogNames {
  std::string environment_build;  ///< "azureml-logs/20_image_build_log.txt"
  std::string node_preparation;   ///< "azureml-logs/65_job_prep-{node}.txt"
  std::string single_process;     ///< of a run with one process
  std::string process;            ///< of each of several: has {role} and {index}
  std::string single_process_errors{};
  std::string process_errors{};
  std::string preparation{};  ///< output of RunSpec::preparation on a node: may have {node}
  std::string preparation_errors{};
  std::map<std::string, std::string> roles{};  ///< what {role} becomes, where it is not the role

  bool operator==(const LogNames&) const = default;
};

/// All that is needed to run something, fixed at submit.
struct RunSpec {
  ClusterId cluster_id;
  std::string target;  ///< the cluster's name as the client wrote it
  int node_count = 1;
  Layout layout = SingleLayout{};
  std::string script;                ///< relative to the snapshot; `command` stands before it
  std::vector<std::string> command;  ///< run through no shell, except one element: then /bin/sh -c
  std::vector<std::string> arguments;      ///< of the script; $NAME is expanded on the node
  std::vector<RoleCommand> role_commands;  ///< instead of script and command, for these processes
  std::vector<std::string> preparation;    ///< run once on each node before the gang starts
  EnvironmentSpec environment;
  std::vector<DataReference> data;
  std::vector<Volume> volumes;
  std::vector<RunFolder> folders;
  std::map<std::string, std::string> sealed_secrets;  ///< variables that are never shown back
  SnapshotId snapshot_id;                             ///< empty: an empty project directory
  std::optional<std::chrono::seconds> max_duration;
  int priority = 0;  ///< higher first
  /// A lost node sends it back to the queue on every cluster, not only where nodes may be taken.
  bool restartable = false;
  LogNames logs;
  std::string dialect;  ///< whose variables its processes find; empty: the first one's

  bool operator==(const RunSpec&) const = default;
};

}  // namespace homeport::domain
