#pragma once

#include <stdio.h>
#include <sys/wait.h>

#include <array>
#include <filesystem>
#include <string>

#include "temporary_directory.hpp"

namespace homeport::testing {

/// Runs a copy of this test program as nobody, all of its tests but those of the suite AsNobody;
/// its exit code. What it says becomes ours, but for the word by which ctest takes a test for
/// skipped: that some test inside was is no reason not to believe the others.
inline int run_this_program_as_nobody() {
  // A copy: there may be no way for nobody to where the program lies.
  const TemporaryDirectory place;
  const std::filesystem::path program = place.path() / "program";
  std::filesystem::copy_file("/proc/self/exe", program);
  std::filesystem::permissions(program, std::filesystem::perms(0755));
  const std::string command = "exec setpriv --reuid 65534 --regid 65534 --clear-groups " +
                              program.string() + " --gtest_filter=-AsNobody.* --gtest_brief=1 2>&1";
  FILE* said = ::popen(command.c_str(), "r");
  std::array<char, 4096> line{};
  while (std::fgets(line.data(), line.size(), said) != nullptr) {
    std::string text(line.data());
    const size_t skipped = text.find("SKIPPED");
    if (skipped != std::string::npos) text.replace(skipped, 7, "skipped");
    std::fputs(text.c_str(), stdout);
  }
  const int status = ::pclose(said);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace homeport::testing
