#include "simulation.hpp"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <iostream>

namespace homeport::sim {
namespace {

class Simulations : public ::testing::Test {
 protected:
  Simulations() { spdlog::set_level(spdlog::level::off); }
};

TEST_F(Simulations, HoldOverSeedsAndEveryKindOfFaultFires) {
  FaultCounts faults{};
  int runs = 0;
  for (uint64_t seed = 1; seed <= 200; ++seed) {
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

TEST_F(Simulations, AreTheSameStoryForTheSameSeed) {
  const Simulation::Result first = Simulation(7).play();
  const Simulation::Result second = Simulation(7).play();
  EXPECT_EQ(first.steps, second.steps);
  EXPECT_EQ(first.faults, second.faults);
}

}  // namespace
}  // namespace homeport::sim
