#include "service/control/port_lease.hpp"

#include <utility>

namespace homeport::service::control {

PortLease::PortLease(int first, int last, std::function<bool(int)> is_free)
    : first_(first), last_(last), next_(first), is_free_(std::move(is_free)) {}

std::optional<std::vector<int>> PortLease::lease(size_t count, std::set<int>& taken) {
  std::vector<int> ports;
  for (int tried = 0; tried <= last_ - first_ && ports.size() < count; ++tried) {
    const int port = next_;
    next_ = next_ == last_ ? first_ : next_ + 1;
    if (taken.count(port) == 0 && is_free_(port)) ports.push_back(port);
  }
  if (ports.size() < count) return std::nullopt;
  taken.insert(ports.begin(), ports.end());
  return ports;
}

}  // namespace homeport::service::control
