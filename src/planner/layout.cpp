#include "planner/layout.hpp"

#include <string>
#include <string_view>

namespace homeport::planner {
namespace {

constexpr std::string_view kServerRole = "ps";

std::string filled(std::string pattern, std::string_view what, const std::string& with) {
  for (size_t at = pattern.find(what); at != std::string::npos; at = pattern.find(what, at)) {
    pattern.replace(at, what.size(), with);
    at += with.size();
  }
  return pattern;
}

void deal(std::vector<domain::ProcessRecord>& out, std::string_view role, int count,
          int node_count) {
  for (int i = 0; i < count; ++i) {
    domain::ProcessRecord process;
    process.role = role;
    process.index = i;
    process.node_index = i % node_count;
    out.push_back(std::move(process));
  }
}

}  // namespace

std::vector<domain::ProcessRecord> lay_out(const domain::Layout& layout,
                                           const domain::LogNames& names, int node_count) {
  std::vector<domain::ProcessRecord> out;
  if (const auto* servers = std::get_if<domain::ParameterServerLayout>(&layout)) {
    deal(out, kServerRole, servers->parameter_servers, node_count);
    deal(out, "worker", servers->workers, node_count);
  } else {
    deal(out, "main", node_count, node_count);
  }
  for (domain::ProcessRecord& process : out) {
    process.log_name = out.size() == 1 ? names.single_process
                                       : filled(filled(names.process, "{role}", process.role),
                                                "{index}", std::to_string(process.index));
  }
  return out;
}

bool is_counted(const domain::ProcessRecord& process) {
  return process.role != kServerRole;
}

}  // namespace homeport::planner
