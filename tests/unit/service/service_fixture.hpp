#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "fake_clock.hpp"
#include "ledger/memory/memory_ledger.hpp"
#include "objects/local_object_store.hpp"
#include "security/tokens.hpp"
#include "service/clusters.hpp"
#include "service/context.hpp"
#include "service/runs.hpp"
#include "service/workspaces.hpp"
#include "temporary_directory.hpp"

namespace homeport::service {

/// Remembers what the control loop would have been told.
class RecordingSignals final : public ControlSignals {
 public:
  void run_submitted(const domain::WorkspaceId&, const domain::RunId& run) override {
    submitted.push_back(run.text());
  }
  void run_cancel_requested(const domain::WorkspaceId&, const domain::RunId& run) override {
    cancelled.push_back(run.text());
  }
  void cluster_changed(const domain::ClusterId& cluster) override {
    clusters.push_back(cluster.text());
  }
  void node_evicted(const domain::NodeId& node, const std::string& reason,
                    std::chrono::milliseconds grace) override {
    evicted.push_back(node.text() + " " + std::to_string(grace.count()) + " " + reason);
  }
  void operation_started() override { ++operations; }
  std::optional<std::string> why(const domain::WorkspaceId&, const domain::RunId&) const override {
    return std::nullopt;
  }

  std::vector<std::string> submitted;
  std::vector<std::string> cancelled;
  std::vector<std::string> clusters;
  std::vector<std::string> evicted;  ///< "NODE MILLISECONDS REASON"
  int operations = 0;
};

/// The use cases over a ledger in memory and objects in a temporary folder.
class ServiceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    workspace = create_workspace(context, {{"sub", "group", "work"}, "local", "", "", {}}).value();
  }

  ClusterDraft cluster_draft(int min_nodes = 0, int max_nodes = 2) const {
    ClusterDraft draft;
    draft.name = "nc6";
    draft.vm_size = "Standard_NC6";
    draft.scale = {min_nodes, max_nodes, std::chrono::seconds(300)};
    return draft;
  }

  RunDraft run_draft(const std::string& id, int nodes = 1) const {
    RunDraft draft;
    draft.id = domain::RunId(id);
    draft.experiment_name = "exp";
    draft.spec.target = "nc6";
    draft.spec.node_count = nodes;
    draft.spec.script = "train.py";
    return draft;
  }

  testing::TemporaryDirectory folder;
  testing::FakeClock clock;
  ledger::MemoryLedger ledger;
  std::unique_ptr<security::Keyring> keyring =
      security::Keyring::open(folder.path() / "secrets").value();
  std::unique_ptr<objects::LocalObjectStore> objects =
      objects::LocalObjectStore::open(folder.path() / "objects", clock).value();
  RecordingSignals control;
  Context context{ledger, *objects, clock, *keyring, control, folder.path(), 16, 0};
  domain::Workspace workspace;
};

}  // namespace homeport::service
