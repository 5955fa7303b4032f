#pragma once

#include <memory>

#include "app/serve.hpp"
#include "base/result.hpp"

namespace homeport::app {

/// The whole server, wired by hand: ledger, objects, engine, control loop, dialects, HTTP.
/// Everything that it starts has been joined when it is gone; nodes and their runs go on.
class HomeportServer {
 public:
  /// Starts it over options.data_directory, whose lock the caller holds. Errors of every part.
  static base::Result<std::unique_ptr<HomeportServer>> start(const ServeOptions& options);
  ~HomeportServer();

  const Ready& ready() const;
  /// No more requests, then no more decisions; those under way end first.
  void stop();

 private:
  struct Parts;
  explicit HomeportServer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace homeport::app
