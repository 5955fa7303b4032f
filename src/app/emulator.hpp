#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "api/http/observer.hpp"
#include "api/storage/account_change.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace homeport::app {

struct EmulatorOptions {
  int port = 10'000;                                     ///< of 127.0.0.1; 0: any free one
  std::filesystem::path directory;                       ///< of its own store; made where missing
  std::filesystem::path spool;                           ///< on the same file system as `directory`
  std::vector<api::http::RequestObserver*> observers{};  ///< outlive it
  api::storage::ChangeObserver changed{};
};

/// The Blob service that published clients look for on this machine when a program says
/// `UseDevelopmentStorage=true` or `is_emulated=True`: one account, devstoreaccount1, whose key the
/// whole world knows. So it answers on the loopback interface only, to requests that name this
/// machine, and has a store that no workspace sees. Any thread.
class Emulator {
 public:
  /// Listens and serves; `clock` outlives it. Unavailable, naming --emulator-port, where another
  /// program has the port.
  static base::Result<std::unique_ptr<Emulator>> start(const EmulatorOptions& options,
                                                       const base::Clock& clock);
  /// stop(0).
  ~Emulator();

  /// "http://127.0.0.1:10000/devstoreaccount1", with the port that was taken.
  const std::string& url() const;

  /// Drops what half-done uploads left and nobody finished. Blocks on the disk.
  void collect_garbage();

  /// Lets requests in flight end for at most `grace`; safe to call again.
  void stop(std::chrono::milliseconds grace);

 private:
  struct Parts;
  explicit Emulator(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace homeport::app
