#pragma once

#include <array>
#include <string_view>

#include "domain/attempt.hpp"
#include "domain/cluster.hpp"
#include "domain/datastore.hpp"
#include "domain/experiment.hpp"
#include "domain/node.hpp"
#include "domain/operation.hpp"
#include "domain/run.hpp"
#include "domain/snapshot.hpp"
#include "domain/workspace.hpp"

/// The fields of every stored document, each named once for reading and writing. An Archive is
/// called with a name and a field; Archive::Ref<T> is T& for a reader and const T& for a writer.
namespace homeport::ledger {

/// The texts of an enumeration, in the order of its enumerators. Never reorder, only add.
template <typename Enum>
inline constexpr std::array<std::string_view, 0> kNamesOf{};
template <>
inline constexpr std::array<std::string_view, 3> kNamesOf<domain::AttemptState>{"Claimed",
                                                                                "Running", "Ended"};
template <>
inline constexpr std::array<std::string_view, 2> kNamesOf<domain::VmPriority>{"Dedicated",
                                                                              "LowPriority"};
template <>
inline constexpr std::array<std::string_view, 2> kNamesOf<domain::ScaleMode>{"Automatic", "Manual"};
template <>
inline constexpr std::array<std::string_view, 3> kNamesOf<domain::Deallocation>{
    "Requeue", "Terminate", "WaitForRuns"};
template <>
inline constexpr std::array<std::string_view, 3> kNamesOf<domain::VolumeKind>{"Container", "Share",
                                                                              "Command"};
template <>
inline constexpr std::array<std::string_view, 2> kNamesOf<domain::ClusterState>{"Active",
                                                                                "Deleting"};
template <>
inline constexpr std::array<std::string_view, 2> kNamesOf<domain::AllocationState>{"Steady",
                                                                                   "Resizing"};
template <>
inline constexpr std::array<std::string_view, 6> kNamesOf<domain::NodeState>{
    "Preparing", "Idle", "Running", "Leaving", "Unusable", "Preempted"};
template <>
inline constexpr std::array<std::string_view, 2> kNamesOf<domain::DatastoreKind>{"Blob",
                                                                                 "FileShare"};
template <>
inline constexpr std::array<std::string_view, 3> kNamesOf<domain::DataMode>{"Mount", "Download",
                                                                            "Upload"};
template <>
inline constexpr std::array<std::string_view, 3> kNamesOf<domain::OperationState>{
    "InProgress", "Succeeded", "Failed"};

template <typename A>
void describe(A& a, typename A::template Ref<domain::Workspace> w) {
  a("location", w.location);
  a("friendly_name", w.friendly_name);
  a("description", w.description);
  a("tags", w.tags);
  a("created_at", w.created_at);
  a("sealed_account_key", w.sealed_account_key);
  a("default_datastore", w.default_datastore);
  a("deletion", w.deletion);
  a("revision", w.revision);
}

template <typename A>
void describe(A& a, typename A::template Ref<domain::ScaleSettings> s) {
  a("min_nodes", s.min_nodes);
  a("max_nodes", s.max_nodes);
  a("idle_seconds", s.idle_time);
  a("mode", s.mode);
  a("initial_nodes", s.initial_nodes);
  a("deallocation", s.deallocation);
}

template <typename A>
void describe(A& a, typename A::template Ref<domain::FilePlace> p) {
  a("account", p.account);
  a("container", p.container);
  a("path", p.path);
}

template <typename A>
void describe(A& a, typename A::template Ref<domain::Volume> v) {
  a("kind", v.kind);
  a("relative_path", v.relative_path);
  a("account", v.account);
  a("container", v.container);
  a("sealed_key", v.sealed_key);
  a("command", v.command);
}

template <typename A>
void describe(A& a, typename A::template Ref<domain::NodeSetup> s) {
  a("volumes", s.volumes);
  a("command", s.command);
  a("variables", s.variables);
  a("sealed_secrets", s.sealed_secrets);
  a("logs", s.logs);
  a("output_name", s.output_name);
  a("error_name", s.error_name);
}

template <typename A>
void describe(A& a, typename A::template Ref<domain::ClusterProblem> p) {
  a("code", p.code);
  a("node", p.node);
  a("message", p.message);
  a("at", p.at);
}

template <typename A>
void describe(A& a, typename A::template Ref<domain::Cluster> c) {
  a("location", c.location);
  a("vm_size", c.vm_size);
  a("priority", c.priority);
  a("scale", c.scale);
  a("state", c.state);
  a("allocation", c.allocation);
  a("allocation_since", c.allocation_since);
  a("created_at", c.created_at);
  a("modified_at", c.modified_at);
  a("description", c.description);
  a("tags", c.tags);
  a("subnet_id", c.subnet_id);
  a("admin_user_name", c.admin_user_name);
  a("setup", c.setup);
  a("definition", c.definition);
  a("warnings", c.warnings);
  a("problems", c.problems);
  a("settled", c.settled);
  a("revision", c.revision);
}

template <typename A>
void describe(A& a, typename A::template Ref<domain::Node> n) {
  a("state", n.state);
  a("reason", n.reason);
  a("state_since", n.state_since);
  a("host_name", n.host_name);
  a("address", n.address);
  a("slot", n.slot);
  a("agent_pid", n.agent_pid);
  a("agent_start_time", n.agent_start_time);
  a("run_id", n.run_id);
  a("reason_code", n.reason_code);
}

template <typename A>
void describe(A& a, typename A::template Ref<domain::Experiment> e) {
  a("description", e.description);
  a("created_at", e.created_at);
  a("archived_at", e.archived_at);
  a("tags", e.tags);
  a("deletion", e.deletion);
}

template <typename A>
void describe(A& a, typename A::template Ref<domain::ParameterServerLayout> l) {
  a("workers", l.workers);
  a("parameter_servers", l.parameter_servers);
}

template <typename A>
void describe(A& a, typename A::template Ref<domain::RankLayout> l) {
  a("processes", l.processes);
}

template <typename A>
void describe(A& a, typename A::template Ref<domain::RoleCommand> c) {
  a("role", c.role);
  a("index", c.index);
  a("command", c.command);
}

template <typename A>
void describe(A& a, typename A::template Ref<domain::RunFolder> f) {
  a("name", f.name);
  a("place", f.place);
}

template <typename A>
void describe(A& a, typename A::template Ref<domain::DataReference> d) {
  a("name", d.name);
  a("datastore", d.datastore);
  a("mode", d.mode);
  a("path_on_datastore", d.path_on_datastore);
  a("path_on_compute", d.path_on_compute);
  a("overwrite", d.overwrite);
}

template <typename A>
void describe(A& a, typename A::template Ref<domain::EnvironmentSpec> e) {
  a("name", e.name);
  a("user_managed", e.user_managed);
  a("interpreter", e.interpreter);
  a("python_version", e.python_version);
  a("conda_packages", e.conda_packages);
  a("pip_packages", e.pip_packages);
  a("pip_options", e.pip_options);
  a("variables", e.variables);
  a("container_image", e.container_image);
  a("use_gpu", e.use_gpu);
}

template <typename A>
void describe(A& a, typename A::template Ref<domain::LogNames> l) {
  a("environment_build", l.environment_build);
  a("node_preparation", l.node_preparation);
  a("single_process", l.single_process);
  a("process", l.process);
  a("single_process_errors", l.single_process_errors);
  a("process_errors", l.process_errors);
  a("preparation", l.preparation);
  a("preparation_errors", l.preparation_errors);
  a("roles", l.roles);
}

template <typename A>
void describe(A& a, typename A::template Ref<domain::RunSpec> s) {
  a("cluster_id", s.cluster_id);
  a("target", s.target);
  a("node_count", s.node_count);
  a("layout", s.layout);
  a("script", s.script);
  a("command", s.command);
  a("arguments", s.arguments);
  a("role_commands", s.role_commands);
  a("preparation", s.preparation);
  a("environment", s.environment);
  a("data", s.data);
  a("volumes", s.volumes);
  a("folders", s.folders);
  a("sealed_secrets", s.sealed_secrets);
  a("snapshot_id", s.snapshot_id);
  a("max_seconds", s.max_duration);
  a("priority", s.priority);
  a("restartable", s.restartable);
  a("logs", s.logs);
  a("dialect", s.dialect);
}

template <typename A>
void describe(A& a, typename A::template Ref<domain::RunError> e) {
  a("code", e.code);
  a("message", e.message);
}

template <typename A>
void describe(A& a, typename A::template Ref<domain::RunWarning> w) {
  a("source", w.source);
  a("message", w.message);
}

template <typename A>
void describe(A& a, typename A::template Ref<domain::Run> r) {
  a("experiment_name", r.experiment_name);
  a("uuid", r.uuid);
  a("root_id", r.root_id);
  a("display_name", r.display_name);
  a("description", r.description);
  a("run_type", r.run_type);
  a("script_name", r.script_name);
  a("tags", r.tags);
  a("properties", r.properties);
  a("started_at", r.started_at);
  a("ended_at", r.ended_at);
  a("exit_code", r.exit_code);
  a("error", r.error);
  a("warnings", r.warnings);
  a("spec", r.spec);
  a("definition", r.definition);
  a("attempts", r.attempts);
  a("deletion", r.deletion);
}

template <typename A>
void describe(A& a, typename A::template Ref<domain::ProcessRecord> p) {
  a("role", p.role);
  a("index", p.index);
  a("node_index", p.node_index);
  a("port", p.port);
  a("log_name", p.log_name);
  a("started_at", p.started_at);
  a("ended_at", p.ended_at);
  a("exit_code", p.exit_code);
  a("signal", p.signal);
  a("error_log_name", p.error_log_name);
}

template <typename A>
void describe(A& a, typename A::template Ref<domain::Attempt> t) {
  a("state", t.state);
  a("nodes", t.nodes);
  a("processes", t.processes);
  a("claimed_at", t.claimed_at);
  a("ended_at", t.ended_at);
  a("outcome", t.outcome);
  a("recalled", t.recalled);
  a("gpus", t.gpus);
}

template <typename A>
void describe(A& a, typename A::template Ref<domain::Datastore> d) {
  a("kind", d.kind);
  a("account", d.account);
  a("container", d.container);
  a("sealed_account_key", d.sealed_account_key);
  a("sealed_sas_token", d.sealed_sas_token);
  a("protocol", d.protocol);
  a("endpoint", d.endpoint);
  a("tags", d.tags);
  a("created_at", d.created_at);
}

template <typename A>
void describe(A& a, typename A::template Ref<domain::ResourceGroup> g) {
  a("location", g.location);
  a("tags", g.tags);
  a("created_at", g.created_at);
}

template <typename A>
void describe(A& a, typename A::template Ref<domain::ProjectSnapshot> s) {
  a("file", s.file);
  a("size_bytes", s.size_bytes);
  a("created_at", s.created_at);
}

template <typename A>
void describe(A& a, typename A::template Ref<domain::Operation> o) {
  a("cluster_id", o.cluster_id);
  a("experiment_id", o.experiment_id);
  a("run_id", o.run_id);
  a("resource", o.resource);
  a("kind", o.kind);
  a("state", o.state);
  a("ended_at", o.ended_at);
  a("error_code", o.error_code);
  a("error_message", o.error_message);
}

}  // namespace homeport::ledger
