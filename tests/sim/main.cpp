// sim --seeds A..B: plays each story and names the seeds that fail. sim --seed N: tells one.

#include <spdlog/spdlog.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "base/text.hpp"
#include "simulation.hpp"

namespace homeport::sim {
namespace {

int play(uint64_t first, uint64_t last, bool tell) {
  FaultCounts faults{};
  int failed = 0;
  for (uint64_t seed = first; seed <= last; ++seed) {
    const Simulation::Result result = Simulation(seed, tell).play();
    for (size_t i = 0; i < faults.size(); ++i) faults[i] += result.faults[i];
    if (result.violations.empty()) continue;
    ++failed;
    for (const std::string& violation : result.violations) std::cout << violation << "\n";
    std::cout << "replay: scripts/sim --seed " << seed << "\n";
  }
  for (size_t i = 0; i < faults.size(); ++i) {
    std::cout << faults[i] << " x " << to_string(static_cast<Fault>(i)) << "\n";
  }
  std::cout << last - first + 1 << " seeds, " << failed << " failed\n";
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int usage() {
  std::cerr << "usage: scripts/sim --seeds A..B | --seed N\n";
  return 2;
}

int run(int argc, char** argv) {
  spdlog::set_level(spdlog::level::off);
  if (argc != 3) return usage();
  const std::string option = argv[1];
  const std::string value = argv[2];
  if (option == "--seed") {
    const auto seed = base::parse_integer(value);
    if (!seed) return usage();
    return play(static_cast<uint64_t>(*seed), static_cast<uint64_t>(*seed), true);
  }
  const size_t dots = value.find("..");
  if (option != "--seeds" || dots == std::string::npos) return usage();
  const auto first = base::parse_integer(value.substr(0, dots));
  const auto last = base::parse_integer(value.substr(dots + 2));
  if (!first || !last || *first < 0 || *last < *first) return usage();
  return play(static_cast<uint64_t>(*first), static_cast<uint64_t>(*last), false);
}

}  // namespace
}  // namespace homeport::sim

int main(int argc, char** argv) {
  return homeport::sim::run(argc, argv);
}
