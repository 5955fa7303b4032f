#pragma once

#include <functional>
#include <optional>
#include <set>
#include <vector>

namespace homeport::service::control {

/// Hands out ports of a range, each to one attempt at a time. Which are taken is told anew each
/// time, from the live attempts: there is nothing to give back. Goes round the range, so that a
/// port rests before it is given again. One thread.
class PortLease {
 public:
  /// `is_free` is asked of each port before it is given: something else may be bound to it.
  PortLease(int first, int last, std::function<bool(int)> is_free);

  /// `count` ports that are not in `taken`; nullopt if the range has not so many. What is given is
  /// added to `taken`.
  std::optional<std::vector<int>> lease(size_t count, std::set<int>& taken);

 private:
  int first_;
  int last_;
  int next_;
  std::function<bool(int)> is_free_;
};

}  // namespace homeport::service::control
