#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>

#include "agent/processes.hpp"
#include "agent/workplace.hpp"

namespace homeport::agent {

struct BuildContext {
  boost::asio::io_context& io;
  NodeSandbox& sandbox;
  Processes& processes;
  Workplace& workplace;
};

/// Makes one environment, or waits until another node that is at it has made it. The directory
/// stays empty of `.ready` until every step succeeded, so a build that was cut off is done anew.
class EnvironmentBuild {
 public:
  EnvironmentBuild(BuildContext context, const engine::EnvironmentOrder& order)
      : context_(context), order_(order), wait_(context.io) {}

  bool is_there() const;
  /// `on_end` once, later. What started is killed by whoever kills everything of the node.
  void start(std::function<void(base::Result<void>)> on_end);

 private:
  void take_lock();
  base::Result<void> begin();
  void next_step();
  void step_ended(Exit exit);
  void seal();
  void end(base::Result<void> outcome);

  BuildContext context_;
  engine::EnvironmentOrder order_;
  boost::asio::steady_timer wait_;
  std::function<void(base::Result<void>)> on_end_;
  base::FileDescriptor lock_;
  size_t step_ = 0;
  bool writable_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);

 public:
  ~EnvironmentBuild() { *alive_ = false; }
  EnvironmentBuild(const EnvironmentBuild&) = delete;
  EnvironmentBuild& operator=(const EnvironmentBuild&) = delete;
};

}  // namespace homeport::agent
