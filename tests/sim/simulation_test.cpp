#include "simulation.hpp"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <iostream>

namespace homeport::sim {
namespace {

constexpr uint64_t kBlock = 50;  // seeds of one test: enough for every kind of fault

class Simulations : public ::testing::TestWithParam<uint64_t> {
 protected:
  Simulations() { spdlog::set_level(spdlog::level::off); }
};

TEST_P(Simulations, HoldAndEveryKindOfFaultFires) {
  FaultCounts faults{};
  int runs = 0;
  for (uint64_t seed = GetParam(); seed < GetParam() + kBlock; ++seed) {
    const Simulation::Result result = Simulation(seed).play();
    for (const std::string& violation : result.violations) {
      ADD_FAILURE() << violation << "\n  replay: scripts/sim --seed " << seed;
    }
    for (size_t i = 0; i < faults.size(); ++i) faults[i] += result.faults[i];
    runs += result.runs;
  }
  std::cout << runs << " runs\n";
  for (size_t i = 0; i < faults.size(); ++i) {
    std::cout << faults[i] << " x " << to_string(static_cast<Fault>(i)) << "\n";
    EXPECT_GT(faults[i], 0U) << to_string(static_cast<Fault>(i)) << " never fired";
  }
}

INSTANTIATE_TEST_SUITE_P(FromSeed, Simulations,
                         ::testing::Range<uint64_t>(1, kBlock* HOMEPORT_SIM_BLOCKS + 1, kBlock));

TEST(Simulation, IsTheSameStoryForTheSameSeed) {
  spdlog::set_level(spdlog::level::off);
  const Simulation::Result first = Simulation(7).play();
  const Simulation::Result second = Simulation(7).play();
  EXPECT_EQ(first.steps, second.steps);
  EXPECT_EQ(first.faults, second.faults);
}

}  // namespace
}  // namespace homeport::sim
