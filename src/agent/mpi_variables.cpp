#include "agent/mpi_variables.hpp"

#include <ifaddrs.h>
#include <net/if.h>
#include <sys/socket.h>

#include <memory>

namespace homeport::agent {
namespace {

/// Whether this machine has an interface that Open MPI would choose by itself.
bool has_network() {
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return false;
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> all(first, ::freeifaddrs);
  for (const ifaddrs* each = first; each != nullptr; each = each->ifa_next) {
    const bool inet = each->ifa_addr != nullptr && each->ifa_addr->sa_family == AF_INET;
    if (inet && (each->ifa_flags & IFF_UP) != 0 && (each->ifa_flags & IFF_LOOPBACK) == 0) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::map<std::string, std::string> mpi_variables(const std::string& start_program,
                                                 bool own_memory) {
  std::map<std::string, std::string> variables{
      {"OMPI_MCA_plm_rsh_agent", start_program},
      // The client of a daemon lives as long as the daemon: the end of either ends the other.
      {"OMPI_MCA_orte_leave_session_attached", "1"},
      // Processes that believe themselves on one host meet at names that such nodes have in common.
      {"OMPI_MCA_btl", own_memory ? "self,vader,tcp" : "self,tcp"}};
  // Only where there is nothing else: who names an interface on his command line must not find
  // that one was named before, with which Open MPI takes no exceptions.
  if (!has_network()) {
    variables["OMPI_MCA_btl_tcp_if_include"] = "lo";
    variables["OMPI_MCA_oob_tcp_if_include"] = "lo";
  }
  return variables;
}

}  // namespace homeport::agent
