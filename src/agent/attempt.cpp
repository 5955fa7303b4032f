#include "agent/attempt.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "agent/copy_tree.hpp"
#include "agent/unpack.hpp"

namespace homeport::agent {

using engine::AttemptPhase;

Attempt::Attempt(AttemptContext& context, engine::AttemptOrder order)
    : context_(context), order_(std::move(order)), workplace_(context.sandbox, order_) {
  report_.run_id = order_.run_id;
  report_.number = order_.number;
  report_.token = order_.token;
  for (const engine::ProcessOrder& process : order_.processes) {
    engine::ProcessReport known;
    known.role = process.role;
    known.index = process.index;
    report_.processes.push_back(known);
  }
  children_.resize(order_.processes.size());
  launch_wanted_ = order_.launch_when_prepared;
}

Attempt::~Attempt() {
  *alive_ = false;
}

void Attempt::tell() {
  context_.report(report_);
}

void Attempt::note_preparation(const std::string& line) {
  if (order_.preparation_log.empty()) return;
  const auto log = workplace_.open_log(order_.preparation_log);
  if (log.has_error()) return;
  const std::string text = base::to_iso8601(context_.clock.wall()) + " " + line + "\n";
  if (::write(log.value().get(), text.data(), text.size()) < 0) {
    report_.warnings.emplace_back("the preparation log could not be written");
  }
}

base::Result<void> Attempt::enter() {
  HP_TRYV(workplace_.enter());
  return context_.sandbox.set_hosts(order_.hosts);
}

void Attempt::prepare() {
  const base::Result<void> entered = enter();
  if (entered.has_error()) return fail(entered.error());
  if (order_.head && !order_.snapshot_zip.empty()) return unpack();
  download();
}

void Attempt::run_task(const std::string& what, std::function<base::Result<void>()> task,
                       std::function<void()> then) {
  if (report_.phase == AttemptPhase::Preparing && !finishing_) tell();
  const auto started = context_.processes.start_task(
      task, [this, alive = alive_, what, then = std::move(then)](base::Result<void> outcome) {
        if (!*alive) return;
        if (outcome.has_value()) return then();
        base::Error error = outcome.error();
        error.message = what + ": " + error.message;
        if (!finishing_) return fail(error);
        report_.warnings.push_back(error.message);
        then();
      });
  if (started.has_error() && !finishing_) return fail(started.error());
  if (started.has_error()) end();
}

void Attempt::unpack() {
  auto zip = context_.sandbox.data().open_file(order_.snapshot_zip, 0);
  if (zip.has_error()) return fail(zip.error());
  note_preparation("unpacking the snapshot");
  const auto archive = std::make_shared<base::FileDescriptor>(std::move(zip.value()));
  run_task(
      "the snapshot could not be unpacked",
      [this, archive]() -> base::Result<void> {
        HP_TRYV(become(workplace_.identity()));
        return unpack_zip(*archive, workplace_.project());
      },
      [this] { download(); });
}

void Attempt::download() {
  if (order_.downloads.empty() || !order_.head) return build_environment();
  note_preparation("copying data");
  run_task(
      "the run's data could not be copied",
      [this]() -> base::Result<void> {
        for (const engine::CopyOrder& copy : order_.downloads) {
          HP_TRYV(workplace_.copy(copy));
        }
        return base::success();
      },
      [this] { build_environment(); });
}

void Attempt::build_environment() {
  if (!order_.head || order_.environment.directory.empty()) return prepared();
  build_ = std::make_unique<EnvironmentBuild>(
      BuildContext{context_.io, context_.sandbox, context_.processes, workplace_},
      order_.environment);
  if (build_->is_there()) return prepared();
  report_.phase = AttemptPhase::Building;
  tell();
  build_->start([this, alive = alive_](base::Result<void> built) {
    if (!*alive || finishing_) return;
    if (built.has_error()) return fail(built.error(), order_.environment.log_name);
    prepared();
  });
}

void Attempt::prepared() {
  build_.reset();
  report_.phase = AttemptPhase::Prepared;
  if (launch_wanted_) return start_all();
  note_preparation("ready");
  tell();
}

void Attempt::launch() {
  launch_wanted_ = true;
  if (report_.phase == AttemptPhase::Prepared && !finishing_) start_all();
}

void Attempt::start_all() {
  if (std::exchange(started_, true)) return;
  const base::Result<void> mounted = workplace_.mount();
  if (mounted.has_error()) return fail(mounted.error());
  report_.phase = AttemptPhase::Running;
  for (size_t i = 0; i < order_.processes.size(); ++i) {
    const base::Result<void> started = start_one(i);
    if (started.has_error()) return fail(started.error());
  }
  tell();
  if (order_.processes.empty()) finish();
}

base::Result<void> Attempt::start_one(size_t index) {
  const engine::ProcessOrder& order = order_.processes[index];
  HP_TRY(const base::FileDescriptor log, workplace_.open_log(order.log_name));
  SpawnOrder spawned;
  spawned.variables = order.variables;
  auto& variables = spawned.variables;
  variables["HOMEPORT_NODE"] = context_.node;
  for (const char* name : {"HOME", "TMPDIR"}) variables.emplace(name, context_.sandbox.temporary());
  for (const char* name : {"USER", "LOGNAME"}) variables.emplace(name, "homeport");
  // A GPU is given, not taken: where the order names none, there is none.
  variables.emplace("CUDA_VISIBLE_DEVICES", "");
  if (!context_.endpoint_url.empty() && variables.count("AZUREML_RUN_ID") != 0) {
    variables["AZUREML_SERVICE_ENDPOINT"] = context_.endpoint_url;
    variables["AZUREML_DISCOVERY_SERVICE_ENDPOINT"] = context_.endpoint_url + "/discovery";
  }
  for (const std::string& word : order.argv) {
    spawned.argv.push_back(expand_variables(word, variables));
  }
  spawned.directory = workplace_.project();
  spawned.output = log.get();
  spawned.identity = workplace_.identity();
  spawned.die_with_agent = !context_.sandbox.facts().pid_namespace;
  report_.processes[index].started_at = context_.clock.wall();
  HP_TRY(const pid_t pid,
         context_.processes.start(spawned, [this, alive = alive_, index](Exit exit) {
           if (*alive) exited(index, exit);
         }));
  children_[index].pid = pid;
  return base::success();
}

bool Attempt::lives() const {
  return std::any_of(children_.begin(), children_.end(),
                     [](const Child& child) { return child.pid != 0; });
}

void Attempt::exited(size_t index, Exit exit) {
  Child& child = children_[index];
  engine::ProcessReport& known = report_.processes[index];
  known.ended_at = context_.clock.wall();
  known.exit_code = exit.code;
  known.signal = exit.signal;
  if (exit.code != 0 || exit.signal != 0) {
    known.log_tail = workplace_.log_tail(order_.processes[index].log_name);
  }
  context_.processes.signal_group(child.pid, SIGKILL);
  child.pid = 0;
  child.grace.reset();
  if (lives()) {
    context_.journal.note(report_);
    return tell();
  }
  if (!finishing_) finish();
}

void Attempt::stop(const std::vector<std::string>& processes, std::chrono::milliseconds grace) {
  if (ended()) return tell();
  if (!started_ && !processes.empty()) return;
  if (!lives()) {
    if (!finishing_) fail(base::Error{base::ErrorCode::Cancelled, "stopped while it was prepared"});
    return;
  }
  for (size_t i = 0; i < children_.size(); ++i) {
    const engine::ProcessOrder& order = order_.processes[i];
    const std::string name = order.role + "/" + std::to_string(order.index);
    const bool meant =
        processes.empty() || std::find(processes.begin(), processes.end(), name) != processes.end();
    if (meant && children_[i].pid != 0) stop_one(i, grace);
  }
}

void Attempt::stop_one(size_t index, std::chrono::milliseconds grace) {
  Child& child = children_[index];
  if (child.grace) return;  // a second order does not make the grace longer
  context_.processes.signal_group(child.pid, SIGTERM);
  child.grace = std::make_unique<boost::asio::steady_timer>(context_.io, grace);
  child.grace->async_wait([this, alive = alive_, pid = child.pid](auto cancelled) {
    if (!cancelled && *alive) context_.processes.kill_session(pid);
  });
}

void Attempt::fail(const base::Error& error, const std::string& log_name) {
  report_.error = error.message;
  report_.error_log_tail = workplace_.log_tail(log_name);
  note_preparation(error.message);
  finish();
}

void Attempt::finish() {
  if (std::exchange(finishing_, true)) return;
  context_.processes.kill_all([this, alive = alive_] {
    if (*alive) clean_up();
  });
}

void Attempt::clean_up() {
  build_.reset();
  if (!started_ || order_.uploads.empty()) return empty_temporary();
  run_task(
      "the run's data could not be copied back",
      [this]() -> base::Result<void> {
        for (const engine::CopyOrder& copy : order_.uploads) {
          HP_TRYV(workplace_.copy(copy));
        }
        return base::success();
      },
      [this] { empty_temporary(); });
}

// The next run must not find what this one left.
void Attempt::empty_temporary() {
  const auto opened = context_.sandbox.open_temporary();
  if (opened.has_error() || is_empty(opened.value().get())) return end();
  run_task(
      "the temporary files could not be removed",
      [this]() -> base::Result<void> {
        HP_TRY(const base::FileDescriptor place, context_.sandbox.open_temporary());
        empty_directory(place.get());
        return base::success();
      },
      [this] { end(); });
}

void Attempt::end() {
  workplace_.leave();
  context_.when_forwarded(order_.token, [this, alive = alive_] {
    if (!*alive || ended()) return;
    report_.phase = AttemptPhase::Ended;
    const base::Result<void> kept = context_.journal.write(report_);
    if (kept.has_error()) report_.warnings.push_back(kept.error().message);
    tell();
  });
}

}  // namespace homeport::agent
