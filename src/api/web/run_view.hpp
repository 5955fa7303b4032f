#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "api/web/local_client.hpp"
#include "base/result.hpp"

namespace homeport::api::web {

struct WorkspaceView {
  std::string path;  ///< "/subscriptions/.../workspaces/NAME"
  std::string name;
  std::string id;
};

struct NodeView {
  std::string name;
  std::string state;
  std::string address;
};

struct MetricView {
  std::string name;
  std::vector<double> values;  ///< of a series of single numbers; empty for anything else
  std::string last;            ///< the latest row as text
};

struct LogView {
  std::string name;
  std::string tail;
  uint64_t size = 0;
};

/// A run as its page shows it.
struct RunView {
  std::string path;  ///< of its page: "/web/runs/WORKSPACE/RUN"
  std::string id;
  std::string name;
  std::string experiment;
  std::string number;
  std::string status;
  std::string target;
  std::string script;
  std::string created;
  std::string started;
  std::string ended;
  std::string waits_because;
  std::string error;
  std::vector<std::string> warnings;
  std::vector<NodeView> nodes;
  std::vector<MetricView> metrics;
  std::vector<LogView> logs;

  bool has_ended() const {
    return status == "Completed" || status == "Failed" || status == "Canceled";
  }
};

base::Result<std::vector<WorkspaceView>> list_workspaces(const LocalClient& client);
/// By name (case does not count) or id. NotFound where there is none.
base::Result<WorkspaceView> find_workspace(const LocalClient& client, std::string_view name_or_id);

/// NotFound where there is no such run. Parts that cannot be had right now (a log that is being
/// replaced, a cluster that is gone) are left out.
base::Result<RunView> load_run(const LocalClient& client, const WorkspaceView& workspace,
                               std::string_view run_id);

/// Where the log of that name is. NotFound where the run has none.
base::Result<std::string> find_log(const LocalClient& client, const WorkspaceView& workspace,
                                   std::string_view run_id, const std::string& name);

}  // namespace homeport::api::web
