#pragma once

#include <boost/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "api/batchai/names.hpp"
#include "api/batchai/routes.hpp"
#include "base/text.hpp"
#include "shares/share_store.hpp"
#include "unit/service/service_fixture.hpp"

namespace homeport::api::batchai {

/// What came back: {"error":{…}} has its parts at hand.
struct Answer {
  http::Response response;
  boost::json::value body;

  int status() const { return response.status; }
  std::string header(const char* name) const { return std::string(response.headers.get(name)); }
  const boost::json::object& properties() const { return body.at("properties").as_object(); }
  std::string text(const char* name) const {
    return std::string(properties().at(name).as_string());
  }
  std::string code() const { return error("code"); }
  std::string target() const { return error("target"); }
  std::string message() const { return error("message"); }

 private:
  std::string error(const char* part) const {
    const auto* failure = body.is_object() ? body.get_object().if_contains("error") : nullptr;
    const auto* value = failure == nullptr ? nullptr : failure->as_object().if_contains(part);
    return value == nullptr ? std::string() : std::string(value->as_string());
  }
};

/// The dialect over the real use cases, a ledger in memory and objects in a temporary folder. No
/// control loop: nodes and states are what a test makes them.
class BatchAiTest : public service::ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    add_location_routes(router, context);
    add_workspace_routes(router, context);
    add_experiment_routes(router, context);
    add_cluster_routes(router, context);
    add_job_routes(router, context, [](const domain::EnvironmentSpec& spec) {
      std::vector<std::string> warnings;
      if (!spec.container_image.empty()) warnings.push_back("no image " + spec.container_image);
      return warnings;
    });
    add_job_file_routes(router, context, *shares,
                        [](const http::Request&, const domain::FilePlace& file, base::TimePoint) {
                          return "link:" + file.account + "/" + file.container + "/" + file.path;
                        });
    add_file_server_routes(router);
  }

  /// `path` after the subscription's resource group's provider: "workspaces/work/clusters/nc6". The
  /// version that is served, unless it names one.
  Answer request(const std::string& method, const std::string& path, const std::string& body = "",
                 const std::vector<std::pair<std::string, std::string>>& headers = {},
                 const security::Principal& principal = security::Owner{}) {
    return request_at(method,
                      "/subscriptions/sub/resourceGroups/group/providers/Microsoft.BatchAI/" + path,
                      body, headers, principal);
  }

  Answer request_at(const std::string& method, const std::string& target, const std::string& body,
                    const std::vector<std::pair<std::string, std::string>>& headers,
                    const security::Principal& principal) {
    http::Request made;
    made.method = method;
    made.target = target;
    const size_t mark = target.find('?');
    made.path = target.substr(0, mark);
    if (mark != std::string::npos) {
      for (const std::string& part : base::split(target.substr(mark + 1), '&')) {
        const size_t equals = part.find('=');
        made.query.emplace_back(base::percent_decode(part.substr(0, equals)).value(),
                                base::percent_decode(part.substr(equals + 1)).value());
      }
    }
    if (!made.parameter("api-version")) made.query.emplace_back("api-version", kApiVersion);
    for (const auto& [name, value] : headers) made.headers.add(name, value);
    made.body.text = body;
    made.body.size = body.size();
    made.scheme = "http";
    made.host = "here";
    made.principal = principal;
    const http::Router::Match match = router.find(method, made.path);
    if (match.handler == nullptr) {
      ADD_FAILURE() << "no route for " << method << " " << made.path;
      return {};
    }
    Answer answer{(*match.handler)(made, match.parameters), nullptr};
    const std::string& text = std::get<std::string>(answer.response.body);
    if (!text.empty()) answer.body = boost::json::parse(text);
    return answer;
  }

  Answer put_cluster(const std::string& name, int nodes = 2) {
    return request("PUT", "workspaces/work/clusters/" + name, cluster_body(nodes));
  }

  static std::string cluster_body(int nodes) {
    return R"({"properties":{"vmSize":"Standard_NC6","scaleSettings":{"manual":{"targetNodeCount":)" +
           std::to_string(nodes) +
           R"(}},"userAccountSettings":{"adminUserName":"admin","adminUserPassword":"geheim"}}})";
  }

  static std::string cluster_id(const std::string& name) {
    return "/subscriptions/sub/resourceGroups/group/providers/Microsoft.BatchAI/workspaces/work/"
           "clusters/" +
           name;
  }

  /// The parameters of a job that echoes, changed by `more` (", "name": value …").
  static std::string job_body(const std::string& more = "", const std::string& cluster = "nc6") {
    return R"({"properties":{"cluster":{"id":")" + cluster_id(cluster) +
           R"("},"nodeCount":1,"stdOutErrPathPrefix":"$AZ_BATCHAI_JOB_MOUNT_ROOT/afs",)"
           R"("customToolkitSettings":{"commandLine":"echo hi"},"mountVolumes":{"azureFileShares":[{)"
           R"("accountName":"acct","azureFileUrl":"https://acct.file.core.windows.net/sh",)"
           R"("credentials":{"accountKey":"a2V5"},"relativeMountPath":"afs"}]})" +
           more + "}}";
  }

  static std::string job_path(const std::string& name) {
    return "workspaces/work/experiments/exp/jobs/" + name;
  }

  /// An experiment, a cluster and a job on it.
  Answer put_job(const std::string& name, const std::string& more = "") {
    put_cluster("nc6");
    request("PUT", "workspaces/work/experiments/exp");
    return request("PUT", job_path(name), job_body(more));
  }

  domain::Run stored_job(const std::string& name) {
    return service::find_run(context, workspace.id, "exp", name).value();
  }

  std::unique_ptr<shares::ShareStore> shares =
      shares::ShareStore::open(folder.path() / "objects", clock).value();
  http::Router router;
};

}  // namespace homeport::api::batchai
