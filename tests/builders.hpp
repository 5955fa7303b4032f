#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <utility>

#include "domain/attempt.hpp"
#include "domain/cluster.hpp"
#include "domain/datastore.hpp"
#include "domain/experiment.hpp"
#include "domain/metric.hpp"
#include "domain/node.hpp"
#include "domain/operation.hpp"
#include "domain/run.hpp"
#include "domain/snapshot.hpp"
#include "domain/workspace.hpp"

/// Valid values with every default filled in; a test overrides what it is about:
///   Run run = a_run("r1", [](Run& r) { r.state = RunState::Queued; });
namespace homeport::testing {

inline const domain::WorkspaceId kWorkspace{"11111111-0000-4000-8000-000000000001"};
inline const domain::ClusterId kCluster{"22222222-0000-4000-8000-000000000001"};
inline const domain::ExperimentId kExperiment{"33333333-0000-4000-8000-000000000001"};

/// `seconds` after the moment at which every builder starts.
inline base::TimePoint moment(int64_t seconds) {
  return base::TimePoint(std::chrono::seconds(1'559'384'430 + seconds));
}

template <typename T>
using Change = std::function<void(T&)>;

template <typename T>
T changed(T value, const Change<T>& change) {
  if (change) change(value);
  return value;
}

inline domain::Workspace a_workspace(const Change<domain::Workspace>& change = {}) {
  domain::Workspace workspace;
  workspace.id = kWorkspace;
  workspace.key = {"subscription", "group", "work"};
  workspace.location = "eastus";
  workspace.friendly_name = "Work";
  workspace.tags = {{"team", "vision"}};
  workspace.created_at = moment(0);
  workspace.storage_account = "workstorage";
  workspace.sealed_account_key = "sealed";
  workspace.default_datastore = "workspaceblobstore";
  return changed(std::move(workspace), change);
}

inline domain::Cluster a_cluster(const std::string& name = "cpu",
                                 const Change<domain::Cluster>& change = {}) {
  domain::Cluster cluster;
  cluster.id = name == "cpu" ? kCluster : domain::ClusterId("cluster-" + name);
  cluster.workspace_id = kWorkspace;
  cluster.name = name;
  cluster.location = "eastus";
  cluster.vm_size = "STANDARD_NC6";
  cluster.scale = {0, 4, std::chrono::seconds(300)};
  cluster.allocation = domain::AllocationState::Steady;
  cluster.allocation_since = moment(2);
  cluster.created_at = moment(1);
  cluster.modified_at = moment(1);
  cluster.warnings = {"This machine has no GPU; runs use the CPU."};
  return changed(std::move(cluster), change);
}

inline domain::Node a_node(int index = 0, const Change<domain::Node>& change = {}) {
  domain::Node node;
  node.id = domain::NodeId("tvm-00000000000" + std::to_string(index));
  node.cluster_id = kCluster;
  node.index = index;
  node.state = domain::NodeState::Idle;
  node.state_since = moment(3);
  node.host_name = "cpu-" + std::to_string(index);
  node.address = "127.1.0." + std::to_string(index + 1);
  node.slot = index;
  node.agent_pid = 4000 + index;
  node.agent_start_time = 18'446'744'073'709'551'615U;
  return changed(std::move(node), change);
}

inline domain::Experiment an_experiment(const std::string& name = "mnist",
                                        const Change<domain::Experiment>& change = {}) {
  domain::Experiment experiment;
  experiment.id = name == "mnist" ? kExperiment : domain::ExperimentId("experiment-" + name);
  experiment.workspace_id = kWorkspace;
  experiment.name = name;
  experiment.created_at = moment(4);
  return changed(std::move(experiment), change);
}

inline domain::RunSpec a_run_spec(const Change<domain::RunSpec>& change = {}) {
  domain::RunSpec spec;
  spec.cluster_id = kCluster;
  spec.target = "cpu";
  spec.script = "train.py";
  spec.arguments = {"--epochs", "3"};
  spec.environment.pip_packages = {"numpy==1.24"};
  spec.environment.variables = {{"SEED", "7"}};
  spec.logs = {"azureml-logs/20_image_build_log.txt", "azureml-logs/65_job_prep-{node}.txt",
               "azureml-logs/70_driver_log.txt", "azureml-logs/70_driver_log_{role}_{index}.txt"};
  return changed(std::move(spec), change);
}

/// A queued run of the experiment "mnist" on the cluster "cpu".
inline domain::Run a_run(const std::string& id = "mnist_1",
                         const Change<domain::Run>& change = {}) {
  domain::Run run;
  run.id = domain::RunId(id);
  run.workspace_id = kWorkspace;
  run.experiment_id = kExperiment;
  run.experiment_name = "mnist";
  run.uuid = "44444444-0000-4000-8000-000000000001";
  run.state = domain::RunState::Queued;
  run.root_id = run.id;
  run.run_type = "azureml.scriptrun";
  run.script_name = "train.py";
  run.target = "cpu";
  run.tags = {{"model", "linear"}};
  run.created_at = moment(10);
  run.spec = a_run_spec();
  run.definition = R"({"script":"train.py"})";
  return changed(std::move(run), change);
}

/// A claimed attempt at `run` on node 0.
inline domain::Attempt an_attempt(const std::string& run = "mnist_1",
                                  const Change<domain::Attempt>& change = {}) {
  domain::Attempt attempt;
  attempt.run_id = domain::RunId(run);
  attempt.workspace_id = kWorkspace;
  attempt.token = "token-1";
  attempt.nodes = {a_node(0).id};
  attempt.processes = {
      {"main", 0, 0, 31000, "azureml-logs/70_driver_log.txt", moment(12), std::nullopt, 0, 0}};
  attempt.claimed_at = moment(11);
  attempt.gpus = {0, 3};
  return changed(std::move(attempt), change);
}

inline domain::MetricRow a_metric_row(const std::string& metric_id, double value = 0.5) {
  return {metric_id, moment(20), "{\"loss\":" + std::to_string(value) + "}"};
}

inline domain::MetricSeries a_series(const std::string& name = "loss",
                                     std::vector<domain::MetricRow> rows = {}) {
  return {name, "{\"" + name + "\":\"double\"}", R"({"uxMetricType":"azureml.v1.scalar"})",
          std::move(rows)};
}

inline domain::Datastore a_datastore(const std::string& name = "workspaceblobstore",
                                     const Change<domain::Datastore>& change = {}) {
  domain::Datastore datastore;
  datastore.workspace_id = kWorkspace;
  datastore.name = name;
  datastore.account = "workstorage";
  datastore.container = "azureml-blobstore";
  datastore.created_at = moment(5);
  return changed(std::move(datastore), change);
}

inline domain::ProjectSnapshot a_snapshot(const std::string& id = "snapshot-1") {
  return {domain::SnapshotId(id), kWorkspace, "snapshots/" + id + ".zip", 1234, moment(6)};
}

inline domain::Operation an_operation(const std::string& id = "operation-1",
                                      const Change<domain::Operation>& change = {}) {
  domain::Operation operation;
  operation.id = domain::OperationId(id);
  operation.workspace_id = kWorkspace;
  operation.cluster_id = kCluster;
  operation.kind = "create";
  operation.started_at = moment(7);
  return changed(std::move(operation), change);
}

}  // namespace homeport::testing
