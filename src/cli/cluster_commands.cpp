#include "cli/cluster_commands.hpp"

#include <boost/json.hpp>

#include "cli/cluster_service.hpp"
#include "cli/json.hpp"
#include "cli/table.hpp"
#include "cli/times.hpp"

namespace homeport::cli {
namespace {

namespace json = boost::json;

constexpr auto kPoll = std::chrono::milliseconds(100);
constexpr auto kPatience = std::chrono::minutes(30);

std::string node_counts(const json::value& cluster) {
  std::string text;
  for (const char* state : {"idle", "running", "preparing", "leaving", "unusable", "preempted"}) {
    const int64_t count = number_at(cluster, "/nodeStates/" + std::string(state) + "NodeCount");
    if (count > 0) {
      text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + state;
    }
  }
  return text.empty() ? "none" : text;
}

/// "settled": what was asked for stands, or cannot.
bool is_settled(const json::value& cluster) {
  const std::string state = text_at(cluster, "/state");
  if (state == "Failed" || state == "Canceled") {
    return true;
  }
  return state == "Succeeded" && text_at(cluster, "/allocation") == "Steady";
}

/// Polls until `done` says so of the cluster's document, or it is gone (null document).
base::Result<json::value> wait_for_cluster(Context& context, Client& client,
                                           const std::string& name,
                                           const std::function<bool(const json::value&)>& done) {
  const Interrupts interrupts;
  client.set_patience(patience_of(context, interrupts));
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  base::Result<json::value> last = json::value();
  while (std::chrono::steady_clock::now() < deadline) {
    const auto cluster = get_cluster(client, name);
    if (!cluster && cluster.error().code != base::ErrorCode::NotFound) {
      last = cluster.error();
      break;
    }
    last = cluster ? json::value(cluster_document(cluster.value())) : json::value();
    if (done(last.value())) {
      break;
    }
    context.terminal.progress("cluster " + name + ": " + text_at(last.value(), "/state") +
                              ", nodes: " + node_counts(last.value()));
    if (interrupts.wait(kPoll, 0)) {
      last = base::Error{
          base::ErrorCode::Cancelled,
          "not waiting any longer; it goes on. Look again: homeport cluster show " + name,
          {},
          {},
          {}};
      break;
    }
  }
  context.terminal.clear_progress();
  client.set_patience({});
  return last;
}

std::string describe(const json::value& cluster) {
  const auto line = [](const std::string& label, const std::string& text) {
    return text.empty() ? "" : label + printable(text) + "\n";
  };
  std::string out = line("Cluster   ", text_at(cluster, "/name"));
  out += line("VM size   ", text_at(cluster, "/vmSize") + ", " + text_at(cluster, "/priority"));
  out += line("State     ", text_at(cluster, "/state") + ", " + text_at(cluster, "/allocation"));
  out +=
      line("Nodes     ", text_at(cluster, "/currentNodes") + " of " +
                             text_at(cluster, "/targetNodes") + " (" + node_counts(cluster) + ")");
  out += line("Scale     ", text_at(cluster, "/minNodes") + " to " + text_at(cluster, "/maxNodes") +
                                "; an idle node goes after " +
                                duration_text(text_at(cluster, "/idleTime")));
  for (const json::value& error : array_at(cluster, "/errors")) {
    out +=
        line("Error     ", text_at(error, "/error/code") + ": " + text_at(error, "/error/message"));
  }
  return out;
}

int show_result(Context& context, const base::Result<json::value>& document) {
  if (!document) {
    return report(context, document.error());
  }
  context.terminal.write(context.options.json ? pretty(document.value())
                                              : describe(document.value()));
  return to_int(text_at(document.value(), "/state") == "Failed" ? ExitCode::Failed : ExitCode::Ok);
}

/// Shows what a change made, after it has settled where that is wanted.
int settle(Context& context, Client& client, const std::string& name,
           const base::Result<json::value>& changed, Wait wait) {
  if (!changed) {
    return report(context, changed.error());
  }
  if (wait == Wait::No) {
    return show_result(context, json::value(cluster_document(changed.value())));
  }
  return show_result(context, wait_for_cluster(context, client, name, is_settled));
}

}  // namespace

int cluster_list(Context& context) {
  auto client = connect(context);
  if (!client) {
    return report(context, client.error());
  }
  const auto clusters = list_clusters(client.value());
  if (!clusters) {
    return report(context, clusters.error());
  }
  json::array documents;
  Table table({{"CLUSTER"},
               {"VM SIZE"},
               {"PRIORITY"},
               {"STATE"},
               {"MIN", Table::Align::Right},
               {"MAX", Table::Align::Right},
               {"NODES"}});
  for (const json::value& cluster : clusters.value()) {
    const json::value document = cluster_document(cluster);
    table.add({text_at(document, "/name"), text_at(document, "/vmSize"),
               text_at(document, "/priority"), text_at(document, "/allocation"),
               text_at(document, "/minNodes"), text_at(document, "/maxNodes"),
               node_counts(document)});
    documents.push_back(document);
  }
  if (context.options.json) {
    context.terminal.write(pretty(documents));
  } else if (table.empty()) {
    context.terminal.note(
        "No clusters. Make one: homeport cluster create NAME --vm-size STANDARD_D2_V2 --max 2");
  } else {
    context.terminal.write(table.text());
  }
  return to_int(ExitCode::Ok);
}

int cluster_create(Context& context, const ClusterWish& wish, Wait wait) {
  auto client = connect(context);
  if (!client) {
    return report(context, client.error());
  }
  const auto created = create_cluster(client.value(), wish);
  return settle(context, client.value(), wish.name, created, wait);
}

int cluster_scale(Context& context, const std::string& name, const ClusterScale& scale, Wait wait) {
  auto client = connect(context);
  if (!client) {
    return report(context, client.error());
  }
  const auto scaled = scale_cluster(client.value(), name, scale);
  return settle(context, client.value(), name, scaled, wait);
}

int cluster_show(Context& context, const std::string& name) {
  auto client = connect(context);
  if (!client) {
    return report(context, client.error());
  }
  const auto cluster = get_cluster(client.value(), name);
  if (!cluster) {
    return report(context, cluster.error());
  }
  const auto nodes = list_nodes(client.value(), name);
  if (!nodes) {
    return report(context, nodes.error());
  }
  json::object document = cluster_document(cluster.value());
  document["nodes"] = json::array(nodes.value().begin(), nodes.value().end());
  const int code = show_result(context, json::value(document));
  if (!context.options.json && !nodes.value().empty()) {
    Table table({{"NODE"}, {"STATE"}, {"ADDRESS"}, {"RUN"}});
    for (const json::value& node : nodes.value()) {
      table.add({text_at(node, "/nodeId"), text_at(node, "/nodeState"),
                 text_at(node, "/privateIpAddress"), text_at(node, "/runId")});
    }
    context.terminal.write("\n" + table.text());
  }
  return code;
}

int cluster_delete(Context& context, const std::string& name, Wait wait) {
  auto client = connect(context);
  if (!client) {
    return report(context, client.error());
  }
  if (const auto deleted = delete_cluster(client.value(), name); !deleted) {
    return report(context, deleted.error());
  }
  if (wait == Wait::Yes) {
    const auto gone =
        wait_for_cluster(context, client.value(), name,
                         [](const json::value& cluster) { return cluster.is_null(); });
    if (!gone) {
      return report(context, gone.error());
    }
  }
  if (context.options.json) {
    context.terminal.write(pretty({{"name", name}}));
  }
  context.terminal.note("Cluster " + name + (wait == Wait::Yes ? " is gone." : " is going."));
  return to_int(ExitCode::Ok);
}

}  // namespace homeport::cli
