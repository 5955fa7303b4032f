#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include "app/embedded_agent.hpp"
#include "base/expand.hpp"
#include "base/file.hpp"
#include "engine/local/local_engine.hpp"
#include "ledger/memory/memory_ledger.hpp"
#include "objects/local_object_store.hpp"
#include "objects/shares.hpp"
#include "security/tokens.hpp"
#include "service/control/control_loop.hpp"
#include "service/order_composer.hpp"
#include "service/run_files.hpp"
#include "service/run_places.hpp"
#include "service/workspaces.hpp"
#include "temporary_directory.hpp"

namespace homeport::service {

/// Everything below the dialects, with real agents; but for the ledger, which is in memory. A
/// server can be taken away and a new one put over the same data. Every test runs twice: with what
/// the machine allows, and without namespaces.
class RealHouse : public ::testing::TestWithParam<bool>, public ControlSignals {
 protected:
  void SetUp() override {
    ::chmod(folder.path().c_str(), 0700);
    start_server();
    workspace = create_workspace(context, {{"sub", "group", "work"}, "local", "", "", {}}).value();
    shares = objects::share_account(workspace.storage_account);
    ASSERT_TRUE(objects->create_container({shares, "share"}, {}).has_value());
    account_key = keyring->encrypt(storage_account_key(context, workspace.storage_account).value());
  }
  void TearDown() override {
    loop->stop();
    if (thread.joinable()) thread.join();
    EXPECT_TRUE(engine->stop_all_nodes());
    engine->shutdown();
  }

  void start_server() {
    inbox = std::make_unique<control::Inbox>();
    engine::LocalEngineOptions options;
    options.data_directory = folder.path();
    options.agent_program = app::embedded_agent();
    options.capacity = 4;
    options.address_prefix = "127.79." + std::to_string(::getpid() % 250) + ".";
    options.namespaces = GetParam();
    options.visible = {(folder.path() / "commands").string()};
    options.heartbeat = std::chrono::milliseconds(100);
    engine = engine::LocalEngine::create(options, *inbox, clock).value();
    EnvironmentOptions environments;
    environments.index_url = [] { return std::string(); };
    environments.base_python = "/usr/bin/python3";
    environments.base_python_version = python_version(environments.base_python).value();
    environments.command_directory = folder.path() / "commands";
    std::filesystem::create_directories(environments.command_directory);
    std::error_code there;
    std::filesystem::create_symlink(environments.base_python,
                                    environments.command_directory / "python", there);
    composer = std::make_unique<OrderComposer>(
        context, environments,
        RunDialects{{"jobs",
                     {[this](const ProcessScene& scene) { return variables_of(scene); },
                      Expansion::Values, StartIn::Work,
                      [this](const auto& cluster, const auto&) {
                        return base::Variables{
                            {"CLUSTER_MOUNTS", cluster_mounts(context, cluster.id).string()}};
                      }}}});
    loop = std::make_unique<control::ControlLoop>(
        control::ControlParts{ledger, *engine, *composer, clock, *inbox,
                              [] { return base::random_hex(16); }, [](int) { return true; }});
    ASSERT_TRUE(loop->load());
    thread = std::thread([this] { EXPECT_TRUE(loop->run()); });
  }
  /// As if it were killed: its agents go on.
  void kill_server() {
    loop->stop();
    thread.join();
    engine->shutdown();
    loop.reset();
    engine.reset();
  }

  base::Variables variables_of(const ProcessScene& scene) const {
    const auto& run = scene.run;
    return {{"MOUNTS", run_mounts(context, run.workspace_id, run.id).string()},
            {"TEMP", run_temporary(context, run.workspace_id, run.id).string()},
            {"SHARED", run_shared(context, run.workspace_id, run.id).string()},
            {"CLUSTER_MOUNTS", cluster_mounts(context, scene.cluster.id).string()},
            {"NODE", scene.nodes[static_cast<size_t>(scene.node_index)].host_name}};
  }

  void run_submitted(const domain::WorkspaceId& in, const domain::RunId& run) override {
    inbox->run_submitted(in, run);
  }
  void run_cancel_requested(const domain::WorkspaceId& in, const domain::RunId& run) override {
    inbox->run_cancel_requested(in, run);
  }
  void cluster_changed(const domain::ClusterId& cluster) override {
    inbox->cluster_changed(cluster);
  }
  void node_evicted(const domain::NodeId& node, const std::string& reason,
                    std::chrono::milliseconds grace) override {
    inbox->evict(node, reason, grace);
  }
  void operation_started() override {}
  std::optional<std::string> why(const domain::WorkspaceId&, const domain::RunId&) const override {
    return std::nullopt;
  }

  domain::Volume share_at(const std::string& path) const {
    return {domain::VolumeKind::Share, path, workspace.storage_account, "share", account_key, ""};
  }

  domain::Cluster make_cluster(int nodes, std::optional<domain::NodeSetup> setup = std::nullopt) {
    domain::Cluster cluster;
    cluster.id = domain::ClusterId("c1");
    cluster.workspace_id = workspace.id;
    cluster.name = "nc6";
    cluster.vm_size = "STANDARD_NC6";
    cluster.scale = {nodes, nodes, std::chrono::seconds(300)};
    cluster.setup = std::move(setup);
    EXPECT_TRUE(ledger.write([&](auto& tx) { return tx.clusters().insert(cluster); }));
    inbox->cluster_changed(cluster.id);
    return cluster;
  }

  domain::Run job(const std::string& id, int nodes, const std::string& line) const {
    domain::Run run;
    run.id = domain::RunId(id);
    run.workspace_id = workspace.id;
    run.experiment_id = domain::ExperimentId("e");
    run.experiment_name = "exp";
    run.spec.emplace();
    domain::RunSpec& spec = *run.spec;
    spec.dialect = "jobs";
    spec.cluster_id = domain::ClusterId("c1");
    spec.target = "nc6";
    spec.node_count = nodes;
    spec.layout = domain::HeadLayout{};
    spec.command = {"/bin/bash", "-c", line};
    spec.environment.user_managed = true;
    spec.logs.single_process = "stdouterr/stdout.txt";
    spec.logs.single_process_errors = "stdouterr/stderr.txt";
    spec.logs.preparation = "stdouterr/stdout-job_prep-{node}.txt";
    spec.logs.preparation_errors = "stdouterr/stderr-job_prep-{node}.txt";
    spec.volumes = {share_at("afs")};
    spec.folders = {{"stdouterr", {shares, "share", "logs/" + id + "/stdouterr"}}};
    return run;
  }
  void submit(const domain::Run& run) {
    EXPECT_TRUE(ledger.write([&](auto& tx) -> base::Result<void> {
      HP_TRY(auto made, tx.runs().insert(run));
      HP_TRYV(tx.runs().advance(made, domain::RunEvent::Submitted));
      return base::success();
    }));
    inbox->run_submitted(run.workspace_id, run.id);
  }
  domain::Run find(const std::string& id) {
    std::optional<domain::Run> found;
    EXPECT_TRUE(ledger.read([&](auto& tx) -> base::Result<void> {
      HP_TRY(found, tx.runs().find(workspace.id, domain::RunId(id)));
      return base::success();
    }));
    return found.value_or(domain::Run{});
  }
  domain::Run wait_for_end(const std::string& id) {
    EXPECT_TRUE(soon([&] { return domain::is_terminal(find(id).state); })) << id;
    return find(id);
  }
  std::vector<domain::Node> nodes() {
    std::vector<domain::Node> rows;
    EXPECT_TRUE(ledger.read([&](auto& tx) -> base::Result<void> {
      HP_TRY(rows, tx.nodes().list_all());
      return base::success();
    }));
    return rows;
  }

  static bool soon(const std::function<bool()>& condition) {
    for (int i = 0; i < 3000; ++i) {
      if (condition()) return true;
      ::usleep(10'000);
    }
    return condition();
  }

  /// What is in the share, as a person sees it who looks into the data directory.
  std::string in_share(const std::string& path) const {
    const auto root = objects->local_path({shares, "share"}, "", objects::Make::No).value();
    const auto text = base::read_file(root / path);
    return text.has_value() ? text.value() : "(no file)";
  }
  std::string file_of(const domain::Run& run, const std::string& path) const {
    auto object = objects->open(artifact_object(workspace, run, path));
    if (object.has_error()) return "(no file)";
    std::string text(object.value().info.size, '\0');
    const ssize_t got = ::pread(object.value().file.get(), text.data(), text.size(), 0);
    return got < 0 ? "(cannot be read)" : text;
  }

  testing::TemporaryDirectory folder;
  base::SystemClock clock;
  ledger::MemoryLedger ledger;
  std::unique_ptr<security::Keyring> keyring =
      security::Keyring::open(folder.path() / "secrets").value();
  std::unique_ptr<objects::LocalObjectStore> objects =
      objects::LocalObjectStore::open(folder.path() / "objects", clock).value();
  Context context{ledger, *objects, clock, *keyring, *this, folder.path(), 4, 0};
  domain::Workspace workspace;
  std::string shares;
  std::string account_key;
  std::unique_ptr<control::Inbox> inbox;
  std::unique_ptr<engine::LocalEngine> engine;
  std::unique_ptr<OrderComposer> composer;
  std::unique_ptr<control::ControlLoop> loop;
  std::thread thread;
};

}  // namespace homeport::service
