#include "api/arm/compute_json.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace homeport::api::arm {
namespace {

namespace json = boost::json;

domain::Node unusable(const std::string& host, const std::string& code, const std::string& reason) {
  domain::Node node;
  node.host_name = host;
  node.state = domain::NodeState::Unusable;
  node.reason_code = code;
  node.reason = reason;
  return node;
}

TEST(ComputeJson, SaysWhyNodesCannotBeUsedWithTheCodeOfTheReason) {
  service::ClusterView view;
  view.cluster.problems = {{"SetupFailed", "nc6-0", "its setup command ended with exit code 5", {}},
                           {"MountFailed", "nc6-1", "share 'sh' is not there", {}}};
  view.nodes = {unusable("nc6-1", "MountFailed", "share 'sh' is not there"),
                unusable("nc6-2", "", "its agent died"), domain::Node()};
  const json::value shown = compute_json({}, view);
  std::vector<std::string> said;
  for (const json::value& error : shown.at_pointer("/properties/properties/errors").as_array()) {
    said.push_back(std::string(error.at_pointer("/error/code").as_string()) + ": " +
                   std::string(error.at_pointer("/error/message").as_string()));
  }
  EXPECT_EQ(said, (std::vector<std::string>{
                      "MountFailed: nc6-1: share 'sh' is not there",
                      "NodeUnusable: nc6-2: its agent died",
                      "SetupFailed: nc6-0: its setup command ended with exit code 5"}));
  const json::value healthy = compute_json({}, service::ClusterView());
  EXPECT_TRUE(healthy.at_pointer("/properties/properties/errors").is_null());
}

TEST(ComputeJson, ACountBeyondAllSenseIsRefusedByItsName) {
  const auto parse = [](const std::string& scale) {
    return parse_scale_change(
        json::parse(R"({"properties":{"properties":{"scaleSettings":)" + scale + "}}}")
            .as_object());
  };
  EXPECT_EQ(parse(R"({"minNodeCount":4294967296})").error().target, "minNodeCount");
  EXPECT_EQ(parse(R"({"maxNodeCount":"4294967297"})").error().target, "maxNodeCount");
  EXPECT_EQ(parse(R"({"maxNodeCount":4})").value().max_nodes, 4);
}

}  // namespace
}  // namespace homeport::api::arm
