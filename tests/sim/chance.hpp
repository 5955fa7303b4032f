#pragma once

#include <array>
#include <cstdint>
#include <random>

#include "base/clock.hpp"

namespace homeport::sim {

/// What can go wrong. Every kind counts how often it really happened: a simulation in which a kind
/// never fires proves nothing about it.
enum class Fault {
  LostReport,
  LateReport,
  DoubledReport,
  SlowNode,
  DeadNode,
  FailedStart,
  SilentNode,
  StubbornProcess,
  FailingProcess,
  FailingPreparation,
  FailingSetup,
  ImpossibleOrder,
  ServerDeath,
  CommitLost,
  CommitKept,
  DiskFull,
  Eviction,
  ClockJump,
  Cancel,
  Rescale,
  ClusterDeletion,
  Overtime,
  Count
};
const char* to_string(Fault fault);

using FaultCounts = std::array<uint64_t, static_cast<size_t>(Fault::Count)>;

/// The one source of chance of a simulation: the same seed gives the same story on every machine
/// (std's distributions do not, so there are none).
class Chance {
 public:
  explicit Chance(uint64_t seed) : engine_(seed) {}

  int64_t between(int64_t least, int64_t most) {
    return least + static_cast<int64_t>(engine_() % static_cast<uint64_t>(most - least + 1));
  }
  bool one_in(int64_t many) { return between(1, many) == 1; }
  base::Duration time(base::Duration least, base::Duration most) {
    return base::Duration(between(least.count(), most.count()));
  }
  /// Whether a fault strikes now: once in `many` while faults are on.
  bool strikes(Fault fault, int64_t many) {
    if (!faults_on_ || !one_in(many)) return false;
    count(fault);
    return true;
  }
  void count(Fault fault) { ++counts_[static_cast<size_t>(fault)]; }
  void end_faults() { faults_on_ = false; }
  const FaultCounts& counts() const { return counts_; }

 private:
  std::mt19937_64 engine_;
  bool faults_on_ = true;
  FaultCounts counts_{};
};

}  // namespace homeport::sim
