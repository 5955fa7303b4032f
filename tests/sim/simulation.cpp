#include "simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <utility>

namespace homeport::sim {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr int kPlaces = 8;
constexpr uint64_t kSqliteShare = 10;
const domain::WorkspaceId kWorkspace{"ws"};

/// In no order, as random ones: the finaliser of splitmix64.
std::string a_token(uint64_t number) {
  uint64_t mixed = number * 0x9e3779b97f4a7c15;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return fmt::format("{:016x}{:016x}", mixed ^ (mixed >> 31), number);
}

service::control::ControlPolicy policy() {
  service::control::ControlPolicy made;
  made.last_port = made.first_port + 63;
  return made;
}

}  // namespace

/// Says what each process has to do; the story of a run stands where its script would.
class Simulation::Composer final : public service::control::AttemptComposer {
 public:
  base::Result<std::vector<engine::AttemptOrder>> compose(
      const domain::Run& run, const domain::Attempt& attempt, const domain::Cluster&,
      const std::vector<domain::Node>& nodes) override {
    const std::string& story = run.spec->script;
    if (story == "impossible") return base::not_found("DataNotFound", "its data is not there");
    std::vector<engine::AttemptOrder> orders(nodes.size());
    for (const domain::ProcessRecord& process : attempt.processes) {
      engine::ProcessOrder order;
      order.role = process.role;
      order.index = process.index;
      order.argv = {story};
      orders[static_cast<size_t>(process.node_index)].processes.push_back(std::move(order));
    }
    for (size_t i = 1; i < orders.size(); ++i) {
      orders[i].stays = std::holds_alternative<domain::HeadLayout>(run.spec->layout);
    }
    return orders;
  }
  base::Result<engine::AttemptOrder> compose_setup(const domain::Cluster&,
                                                   const domain::Node&) override {
    engine::AttemptOrder order;
    engine::ProcessOrder& setup = order.processes.emplace_back();
    setup.role = "setup";
    setup.argv = {"ending"};
    return order;
  }
  std::string setup_log(const domain::Cluster&, const domain::Node&) override { return "its log"; }
};

Simulation::Simulation(uint64_t seed, bool tell)
    : seed_(seed),
      tell_(tell),
      timeline_(clock_),
      chance_(seed),
      store_(seed % kSqliteShare == 0 ? make_sqlite_ledger(chance_) : make_memory_ledger(chance_)),
      engine_(timeline_, clock_, chance_, kPlaces,
              [this](const std::string& what) { violation(what); }),
      composer_(std::make_unique<Composer>()) {
  engine_.on_start = [this](const SimNode& node, const SimAttempt& attempt) {
    check_start(node, attempt);
  };
}

Simulation::~Simulation() = default;

void Simulation::note(const std::string& what) {
  if (!tell_) return;
  std::cout << fmt::format("{:>12.3f} s  {}\n",
                           static_cast<double>(clock_.monotonic().count()) / 1e6, what);
}

void Simulation::violation(const std::string& what) {
  note("VIOLATION: " + what);
  if (result_.violations.size() < 10) {
    result_.violations.push_back(
        fmt::format("seed {}, {} s: {}", seed_, clock_.monotonic().count() / 1'000'000, what));
  }
}

void Simulation::start_server() {
  store_->restart();
  inbox_ = std::make_unique<service::control::Inbox>();
  engine_.connect(inbox_.get());
  loop_ = std::make_unique<service::control::ControlLoop>(
      service::control::ControlParts{store_->ledger(),
                                     engine_,
                                     *composer_,
                                     clock_,
                                     *inbox_,
                                     [this] { return a_token(++tokens_); },
                                     [this](int) { return !chance_.one_in(20); },
                                     {},
                                     kGpus},
      policy());
  if (!loop_->load()) violation("a new loop cannot read the ledger");
  step_at_ = clock_.monotonic();
  note("server up");
}

void Simulation::kill_server() {
  note("server dies");
  engine_.connect(nullptr);
  loop_.reset();
  inbox_.reset();
  // Agents and clients go on while it is down.
  timeline_.advance_to(clock_.monotonic() + chance_.time(milliseconds(1), seconds(30)));
  start_server();
}

void Simulation::step_if_due() {
  if (inbox_->empty() && (!step_at_ || *step_at_ > clock_.monotonic())) return;
  const auto done = loop_->step();
  ++result_.steps;
  if (!done) {
    if (done.error().code != base::ErrorCode::Unavailable) {
      violation("the loop gave up: " + done.error().message + " " + done.error().cause);
    }
    kill_server();
    return;
  }
  step_at_ = std::nullopt;
  // A pause of nothing would stop the clock; real time goes on as well.
  if (done.value())
    step_at_ = clock_.monotonic() + std::max<base::Duration>(*done.value(), milliseconds(1));
  if (store_->take_written()) check_everything();
}

bool Simulation::run_until(base::Duration deadline, const std::function<bool()>& reached) {
  while (clock_.monotonic() < deadline && result_.violations.empty()) {
    if (reached && reached()) return true;
    base::Duration next = deadline;
    if (const auto due = timeline_.next()) next = std::min(next, *due);
    if (step_at_) next = std::min(next, std::max(*step_at_, clock_.monotonic()));
    timeline_.advance_to(next);
    step_if_due();
  }
  return reached && reached();
}

void Simulation::write_as_client(const ledger::Ledger::Work& work) {
  for (int tries = 0; tries < 50; ++tries) {
    const auto done = store_->ledger().write(work);
    if (done) return;
    if (done.error().code == base::ErrorCode::Unavailable) kill_server();
  }
  violation("a client was never acknowledged");
}

void Simulation::add_cluster() {
  domain::Cluster cluster;
  const std::string name = fmt::format("c{}", ++clusters_made_);
  cluster.id = domain::ClusterId(name);
  cluster.workspace_id = kWorkspace;
  cluster.name = name;
  cluster.vm_size = "STANDARD_NC6";
  cluster.priority =
      chance_.one_in(2) ? domain::VmPriority::LowPriority : domain::VmPriority::Dedicated;
  cluster.scale = {static_cast<int>(chance_.between(0, 1)), static_cast<int>(chance_.between(2, 5)),
                   seconds(chance_.between(5, 200))};
  if (chance_.one_in(3)) {
    cluster.setup.emplace().command = {"true"};
    with_setup_.insert(cluster.id);
  }
  write_as_client([&](ledger::Transaction& tx) -> base::Result<void> {
    HP_TRY(auto there, tx.clusters().find(cluster.id));
    if (there) return base::success();
    return tx.clusters().insert(cluster);
  });
  clusters_.insert(cluster.id);
  inbox_->cluster_changed(cluster.id);
  note(fmt::format("cluster {} of {} to {} nodes", name, cluster.scale.min_nodes,
                   cluster.scale.max_nodes));
}

void Simulation::submit() {
  if (clusters_.empty()) return;
  auto cluster = clusters_.begin();
  std::advance(cluster, chance_.between(0, static_cast<int64_t>(clusters_.size()) - 1));
  domain::Run run;
  run.id = domain::RunId(fmt::format("r{}", ++runs_made_));
  run.workspace_id = kWorkspace;
  run.experiment_id = domain::ExperimentId("experiment");
  run.spec.emplace();
  domain::RunSpec& spec = *run.spec;
  spec.cluster_id = *cluster;
  spec.node_count = static_cast<int>(chance_.one_in(2) ? 1 : chance_.between(1, 4));
  if (chance_.one_in(3)) spec.layout = domain::ParameterServerLayout{spec.node_count, 1};
  if (chance_.one_in(6)) spec.layout = domain::HeadLayout{};
  spec.priority = chance_.one_in(8) ? 1 : 0;
  spec.logs = {"build.txt", "prep.txt", "driver.txt", "{role}-{index}.txt"};
  spec.script = "ending";
  if (chance_.strikes(Fault::FailingProcess, 12)) spec.script = "failing";
  if (chance_.strikes(Fault::FailingPreparation, 20)) spec.script = "unbuildable";
  if (chance_.strikes(Fault::ImpossibleOrder, 20)) spec.script = "impossible";
  if (chance_.strikes(Fault::Overtime, 20)) {
    spec.script = "endless";
    if (!chance_.one_in(3)) spec.max_duration = seconds(chance_.between(1, 60));
  }
  write_as_client([&](ledger::Transaction& tx) -> base::Result<void> {
    HP_TRY(auto there, tx.runs().find(run.workspace_id, run.id));
    if (there) return base::success();  // The same id again is the same run.
    HP_TRY(auto made, tx.runs().insert(run));
    HP_TRYV(tx.runs().advance(std::move(made), domain::RunEvent::Submitted));
    return base::success();
  });
  seen_[run.id] = domain::RunState::Queued;
  inbox_->run_submitted(run.workspace_id, run.id);
  note(fmt::format("{} submitted to {}: {} nodes, {}", run.id.text(), cluster->text(),
                   spec.node_count, spec.script));
}

void Simulation::cancel_some_run() {
  std::vector<domain::Run> unfinished;
  read([&](ledger::Transaction& tx) -> base::Result<void> {
    HP_TRY(unfinished, tx.runs().list_unfinished());
    return base::success();
  });
  if (unfinished.empty()) return;
  const domain::RunId id = unfinished[static_cast<size_t>(chance_.between(
                                          0, static_cast<int64_t>(unfinished.size()) - 1))]
                               .id;
  chance_.count(Fault::Cancel);
  note(id.text() + " is canceled");
  write_as_client([&](ledger::Transaction& tx) -> base::Result<void> {
    HP_TRY(auto run, tx.runs().find(kWorkspace, id));
    if (domain::is_terminal(run->state)) return base::success();
    if (run->state == domain::RunState::Queued) run->ended_at = clock_.wall();
    HP_TRYV(tx.runs().advance(std::move(*run), domain::RunEvent::CancelAsked));
    return base::success();
  });
  // Sometimes the server dies before the loop hears of it.
  if (!chance_.one_in(5)) inbox_->run_cancel_requested(kWorkspace, id);
}

void Simulation::evict_some_node() {
  if (engine_.nodes().empty()) return;
  auto node = engine_.nodes().begin();
  std::advance(node, chance_.between(0, static_cast<int64_t>(engine_.nodes().size()) - 1));
  chance_.count(Fault::Eviction);
  note(node->second.row.host_name + " is evicted");
  inbox_->evict(node->first, "its low-priority place was taken");
}

void Simulation::rescale_some_cluster() {
  if (clusters_.empty()) return;
  auto id = clusters_.begin();
  std::advance(id, chance_.between(0, static_cast<int64_t>(clusters_.size()) - 1));
  chance_.count(Fault::Rescale);
  const domain::ScaleSettings scale{static_cast<int>(chance_.between(0, 1)),
                                    static_cast<int>(chance_.between(1, 5)),
                                    seconds(chance_.between(5, 200))};
  write_as_client([&](ledger::Transaction& tx) -> base::Result<void> {
    HP_TRY(auto row, tx.clusters().find(*id));
    if (!row) return base::success();
    row->scale = scale;
    return tx.clusters().update(*row);
  });
  inbox_->cluster_changed(*id);
  note(fmt::format("{} now has {} to {} nodes", id->text(), scale.min_nodes, scale.max_nodes));
}

void Simulation::delete_some_cluster() {
  if (clusters_.empty()) return;
  auto at = clusters_.begin();
  std::advance(at, chance_.between(0, static_cast<int64_t>(clusters_.size()) - 1));
  const domain::ClusterId id = *at;
  clusters_.erase(at);
  note(id.text() + " is deleted");
  write_as_client([&](ledger::Transaction& tx) -> base::Result<void> {
    HP_TRY(auto row, tx.clusters().find(id));
    if (!row || row->state == domain::ClusterState::Deleting) return base::success();
    row->state = domain::ClusterState::Deleting;
    HP_TRYV(tx.clusters().update(*row));
    domain::Operation operation;
    operation.id = domain::OperationId("delete " + id.text());
    operation.workspace_id = kWorkspace;
    operation.cluster_id = id;
    operation.kind = "delete";
    return tx.operations().insert(operation);
  });
  inbox_->cluster_changed(id);
}

void Simulation::act_randomly() {
  const int64_t what = chance_.between(1, 40);
  if (what <= 24) {
    submit();
  } else if (what <= 27) {
    cancel_some_run();
  } else if (what <= 29) {
    evict_some_node();
  } else if (what <= 31) {
    engine_.kill_some_node();
  } else if (what <= 34) {
    engine_.cut_off_some_node();
  } else if (what <= 36) {
    chance_.count(Fault::ServerDeath);
    kill_server();
  } else if (what == 37) {
    chance_.count(Fault::ClockJump);
    clock_.jump_wall(chance_.time(-std::chrono::hours(3), std::chrono::hours(3)));
    note("the wall clock jumps");
  } else if (what <= 39) {
    rescale_some_cluster();
  } else if (chance_.one_in(2)) {
    chance_.count(Fault::ClusterDeletion);
    delete_some_cluster();
    add_cluster();
  }
}

bool Simulation::everything_ended() {
  bool ended = true;
  read([&](ledger::Transaction& tx) -> base::Result<void> {
    HP_TRY(auto runs, tx.runs().list_unfinished());
    HP_TRY(auto attempts, tx.attempts().list_live());
    ended = runs.empty() && attempts.empty();
    return base::success();
  });
  return ended;
}

/// Ends what would never end by itself, and tells only the ledger.
void Simulation::cancel_endless_runs() {
  write_as_client([&](ledger::Transaction& tx) -> base::Result<void> {
    HP_TRY(auto runs, tx.runs().list_unfinished());
    for (domain::Run& run : runs) {
      if (run.spec->script != "endless" || run.spec->max_duration) continue;
      if (run.state == domain::RunState::Queued) run.ended_at = clock_.wall();
      HP_TRYV(tx.runs().advance(std::move(run), domain::RunEvent::CancelAsked));
    }
    return base::success();
  });
}

void Simulation::finish_story() {
  chance_.end_faults();
  run_until(clock_.monotonic() + std::chrono::minutes(5), {});
  cancel_endless_runs();
  // From here on every run could be placed: no cluster is smaller than any gang.
  for (const domain::ClusterId& id : clusters_) {
    write_as_client([&](ledger::Transaction& tx) -> base::Result<void> {
      HP_TRY(auto row, tx.clusters().find(id));
      row->scale.max_nodes = 5;
      return tx.clusters().update(*row);
    });
    inbox_->cluster_changed(id);
  }
  kill_server();  // A cancel that the loop did not hear of is found again.
  const bool ended =
      run_until(clock_.monotonic() + std::chrono::hours(12), [this] { return everything_ended(); });
  if (ended || !result_.violations.empty()) return;
  read([this](ledger::Transaction& tx) -> base::Result<void> {
    HP_TRY(auto runs, tx.runs().list_unfinished());
    HP_TRY(auto nodes, tx.nodes().list_all());
    for (const auto& run : runs) note(fmt::format("{} is {}", run.id.text(), to_string(run.state)));
    for (const auto& node : nodes) {
      note(fmt::format("{} is {} for '{}', {}", node.host_name, to_string(node.state),
                       node.run_id.text(), node.reason));
    }
    return base::success();
  });
  violation("not every run has ended under a fair load");
}

void Simulation::delete_everything() {
  while (!clusters_.empty()) delete_some_cluster();
  const auto all_gone = [this] {
    bool gone = true;
    read([&](ledger::Transaction& tx) -> base::Result<void> {
      HP_TRY(auto clusters, tx.clusters().list_all());
      HP_TRY(auto nodes, tx.nodes().list_all());
      HP_TRY(auto operations, tx.operations().list_unfinished());
      gone = clusters.empty() && nodes.empty() && operations.empty();
      return base::success();
    });
    return gone;
  };
  const bool gone = run_until(clock_.monotonic() + std::chrono::hours(1), all_gone);
  if (!gone && result_.violations.empty()) violation("a deleted cluster never went");
}

Simulation::Result Simulation::play() {
  start_server();
  for (int64_t i = chance_.between(1, 3); i > 0; --i) add_cluster();
  for (int acts = 0; acts < 60 && result_.violations.empty(); ++acts) {
    act_randomly();
    const bool busy = chance_.one_in(3);
    run_until(clock_.monotonic() + chance_.time({}, busy ? milliseconds(50) : seconds(40)), {});
  }
  if (result_.violations.empty()) finish_story();
  if (result_.violations.empty()) delete_everything();
  result_.faults = chance_.counts();
  result_.runs = runs_made_;
  return std::move(result_);
}

const char* to_string(Fault fault) {
  switch (fault) {
    case Fault::LostReport:
      return "lost report";
    case Fault::LateReport:
      return "late report";
    case Fault::DoubledReport:
      return "doubled report";
    case Fault::SlowNode:
      return "slow node";
    case Fault::DeadNode:
      return "dead node";
    case Fault::FailedStart:
      return "failed node start";
    case Fault::SilentNode:
      return "silent node";
    case Fault::StubbornProcess:
      return "process that ignores SIGTERM";
    case Fault::FailingProcess:
      return "failing process";
    case Fault::FailingPreparation:
      return "failing preparation";
    case Fault::FailingSetup:
      return "failing setup of a node";
    case Fault::ImpossibleOrder:
      return "order that cannot be composed";
    case Fault::ServerDeath:
      return "server death";
    case Fault::CommitLost:
      return "commit lost, server death";
    case Fault::CommitKept:
      return "commit kept, server death before its orders";
    case Fault::DiskFull:
      return "full disk";
    case Fault::Eviction:
      return "eviction";
    case Fault::ClockJump:
      return "jump of the wall clock";
    case Fault::Cancel:
      return "cancel";
    case Fault::Rescale:
      return "rescale";
    case Fault::ClusterDeletion:
      return "cluster deletion";
    case Fault::Overtime:
      return "run over its longest duration";
    case Fault::Count:
      break;
  }
  return "?";
}

}  // namespace homeport::sim
