#pragma once

#include <filesystem>

namespace homeport::testing {

/// Agents outlive whoever started them. When this test process dies before its time, a process of
/// its own ends those agents that it had started, and removes their directories.
class Guardian {
 public:
  /// Forks, so it is to be made while there is one thread.
  Guardian();
  ~Guardian();
  Guardian(const Guardian&) = delete;
  Guardian& operator=(const Guardian&) = delete;

  void watch(const std::filesystem::path& data_directory);
  /// Everything of it has ended well.
  void release(const std::filesystem::path& data_directory);

 private:
  void tell(char what, const std::filesystem::path& data_directory) const;
  int line_ = -1;  ///< its end is the word that this process died
};

/// The one of this test process.
Guardian& guardian();

}  // namespace homeport::testing
