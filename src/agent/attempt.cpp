#include "agent/attempt.hpp"

#include <unistd.h>

#include <utility>

#include "agent/copy_tree.hpp"
#include "agent/unpack.hpp"
#include "agent/volume_command.hpp"

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
  ended_for_memory_ = context_.sandbox.group().ended_for_memory();
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
  HP_TRYV(context_.sandbox.give_gpus(order_.gpus));
  HP_TRYV(context_.sandbox.set_hosts(order_.hosts));
  return open_door();
}

void Attempt::prepare() {
  const base::Result<void> entered = enter();
  if (entered.has_error()) return fail(entered.error());
  const base::Result<void> mounted = workplace_.mount_volumes();
  if (mounted.has_error()) return fail(mounted.error(), {}, engine::kMountFailed);
  run_volume_command(0);
}

void Attempt::run_volume_command(size_t next) {
  if (next == order_.volume_commands.size()) {
    if (order_.head && !order_.snapshot_zip.empty()) return unpack();
    return download();
  }
  if (next == 0) tell();
  const engine::VolumeCommand& volume = order_.volume_commands[next];
  note_preparation("mounting " + volume.target);
  const auto started = start_volume_command(
      context_.sandbox, context_.processes, workplace_, to_spawn(volume.process), volume.target,
      [this, alive = alive_, next](base::Result<void> mounted) {
        if (!*alive || finishing_) return;
        if (mounted.has_value()) return run_volume_command(next + 1);
        base::Error error = mounted.error();
        error.message =
            "cannot mount " + order_.volume_commands[next].target + ": " + error.message;
        fail(error, {}, engine::kMountFailed);
      });
  if (started.has_error()) fail(started.error(), {}, engine::kMountFailed);
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
  // A preparation wants it on every node; else the others hear from the head that it is there.
  const bool wanted = order_.head || !order_.preparation.argv.empty();
  if (!wanted || order_.environment.directory.empty()) return run_preparation();
  build_ = std::make_unique<EnvironmentBuild>(
      BuildContext{context_.io, context_.sandbox, context_.processes, workplace_},
      order_.environment);
  if (build_->is_there()) return run_preparation();
  report_.phase = AttemptPhase::Building;
  tell();
  build_->start([this, alive = alive_](base::Result<void> built) {
    if (!*alive || finishing_) return;
    if (built.has_error()) return fail(built.error(), order_.environment.log_name);
    run_preparation();
  });
}

void Attempt::run_preparation() {
  build_.reset();
  if (order_.preparation.argv.empty()) return prepared();
  note_preparation("running the preparation of the run");
  tell();
  const auto started = start_process(order_.preparation, [this, alive = alive_](Exit exit) {
    if (*alive && !finishing_) preparation_ended(exit);
  });
  if (started.has_error()) return fail(started.error(), {}, engine::kPreparationFailed);
  preparation_.pid = started.value();
}

void Attempt::preparation_ended(Exit exit) {
  const bool stopped = std::exchange(preparation_, Child()).grace != nullptr;
  if (stopped) return fail(stopped_in_preparation());
  if (exit.code == 0 && exit.signal == 0) return prepared();
  std::string how = exit.signal != 0 ? "was ended by signal " + std::to_string(exit.signal)
                                     : "ended with exit code " + std::to_string(exit.code);
  if (memory_ran_out()) how += ": its node was out of memory";
  report_.error_exit_code = exit.signal != 0 ? 128 + exit.signal : exit.code;
  fail(base::internal("the preparation of the run " + how), shown_log(order_.preparation),
       engine::kPreparationFailed);
}

void Attempt::prepared() {
  report_.phase = AttemptPhase::Prepared;
  note_preparation("ready");
  launch_wanted_ ? start_all() : tell();
}

void Attempt::launch() {
  launch_wanted_ = true;
  if (report_.phase == AttemptPhase::Prepared && !finishing_) start_all();
}

void Attempt::start_all() {
  if (std::exchange(started_, true)) return;
  const base::Result<void> mounted = workplace_.mount_in_project();
  if (mounted.has_error()) return fail(mounted.error());
  report_.phase = AttemptPhase::Running;
  for (size_t i = 0; i < order_.processes.size(); ++i) {
    const base::Result<void> started = start_one(i);
    if (started.has_error()) return fail(started.error());
  }
  if (door_) door_->admit();
  tell();
  if (order_.processes.empty() && !order_.stays) finish();
}

void Attempt::fail(const base::Error& error, const std::string& log_name, const char* code) {
  report_.error = error.message;
  report_.error_code = code;
  report_.error_log_tail = workplace_.log_tail(log_name);
  note_preparation(error.message);
  finish();
}

base::Error Attempt::stopped_in_preparation() {
  return base::Error{base::ErrorCode::Cancelled, "stopped while it was prepared", {}, {}, {}};
}

void Attempt::finish() {
  if (std::exchange(finishing_, true)) return;
  if (door_) door_->close();
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
  const auto full = std::make_shared<std::vector<base::FileDescriptor>>();
  const auto look_at = [&full](base::Result<base::FileDescriptor> place) {
    if (place.has_value() && !is_empty(place.value().get())) {
      full->push_back(std::move(place.value()));
    }
  };
  look_at(context_.sandbox.open_temporary());
  for (const engine::ScratchOrder& scratch : order_.scratch) {
    if (!scratch.temporary) continue;
    look_at(context_.sandbox.data().open_directory(scratch.place, DataTree::Make::No));
  }
  if (full->empty()) return end();
  run_task(
      "the temporary files could not be removed",
      [full]() -> base::Result<void> {
        for (const base::FileDescriptor& place : *full) empty_directory(place.get());
        return base::success();
      },
      [this] { end(); });
}

void Attempt::end() {
  workplace_.leave();
  const base::Result<void> taken = context_.sandbox.give_gpus({});
  if (taken.has_error()) report_.warnings.push_back(taken.error().message);
  context_.when_forwarded(order_.token, [this, alive = alive_] {
    if (!*alive || ended()) return;
    report_.phase = AttemptPhase::Ended;
    const base::Result<void> kept = context_.journal.write(report_);
    if (kept.has_error()) report_.warnings.push_back(kept.error().message);
    tell();
  });
}

}  // namespace homeport::agent
