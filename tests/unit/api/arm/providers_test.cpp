#include "api/arm/providers.hpp"

#include <gtest/gtest.h>

namespace homeport::api::arm {
namespace {

const std::string kBatchAi = "/subscriptions/s/resourceGroups/g/providers/Microsoft.BatchAI";

/// The code of the refusal; empty: it is served.
std::string refusal(const std::string& path, const char* version) {
  http::Request request;
  request.path = path;
  if (version != nullptr) request.query.emplace_back("api-version", version);
  const auto checked = check_api_version(request);
  if (checked.has_value()) return "";
  EXPECT_EQ(checked.error().code, base::ErrorCode::InvalidArgument);
  EXPECT_EQ(checked.error().target, "api-version");
  return checked.error().reason;
}

TEST(ProvidersTest, EveryPathOfTheControlPlaneWantsAVersion) {
  for (const std::string& path :
       {std::string("/tenants"), std::string("/subscriptions"), kBatchAi + "/workspaces/w",
        std::string("/providers/Homeport.Compute/status")}) {
    EXPECT_EQ(refusal(path, nullptr), "MissingApiVersionParameter") << path;
    EXPECT_EQ(refusal(path, ""), "MissingApiVersionParameter") << path;
    EXPECT_NE(refusal(path, "latest"), "") << path;
  }
}

struct Row {
  std::string path;
  const char* version;
  const char* refusal;
};

TEST(ProvidersTest, AVersionIsThatOfWhoseOperationItIs) {
  const std::string subscription = "/subscriptions/s";
  const std::string learning =
      "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces";
  const Row rows[] = {
      {kBatchAi + "/workspaces/w", "2018-05-01", ""},
      {kBatchAi + "/workspaces/w", "2018-05-01-preview", "NoRegisteredProviderFound"},
      {kBatchAi + "/workspaces/w", "2018-05-02", "NoRegisteredProviderFound"},
      {kBatchAi + "/workspaces/w", "2019-06-01", "NoRegisteredProviderFound"},
      {"//subscriptions//s/PROVIDERS/microsoft.batchai//locations/l/usages", "2019-06-01",
       "NoRegisteredProviderFound"},
      {"/providers/Microsoft.BatchAI/operations", "2017-09-01-preview",
       "NoRegisteredProviderFound"},
      {learning, "2018-11-19", ""},
      {learning, "2019-05-01", ""},
      {learning, "2019-11-01", ""},
      {learning, "2018-03-01-preview", "NoRegisteredProviderFound"},
      {learning, "2030-01-01", "NoRegisteredProviderFound"},
      {"/tenants", "2019-11-01", ""},
      {"/tenants", "1999-01-01", "InvalidApiVersionParameter"},
      {subscription, "2022-12-01", ""},
      {subscription, "2014-04-01-preview", ""},
      {subscription, "2022-12-01preview", "InvalidApiVersionParameter"},
      {subscription, "2022/12/01", "InvalidApiVersionParameter"},
      {subscription + "/resourceGroups/providers", "2019-05-01", ""},
      {subscription + "/providers/Microsoft.BatchAI", "2019-05-01", ""},
      {subscription + "/providers/Microsoft.BatchAI/register", "2019-05-01", ""},
      {subscription + "/providers/Microsoft.Storage/storageAccounts", "2026-04-01", ""},
      {subscription + "/providers/Microsoft.Storage/storageAccounts", "2010-04-01",
       "NoRegisteredProviderFound"},
      {"/providers/Homeport.Compute/status", "2026-11-01", ""},
      {"/providers/Homeport.Compute/status", "2019-05-01", "NoRegisteredProviderFound"}};
  for (const Row& row : rows) {
    EXPECT_EQ(refusal(row.path, row.version), row.refusal) << row.path << " " << row.version;
  }
}

TEST(ProvidersTest, WhatIsAskedThroughTheDataPlaneNeedsNone) {
  EXPECT_EQ(refusal("/rp/workspaces/subscriptions/s/resourceGroups/g/providers/"
                    "Microsoft.MachineLearningServices/workspaces/w/computes",
                    nullptr),
            "");
}

TEST(ProvidersTest, ARefusalNamesWhatIsServed) {
  http::Request request;
  request.path = kBatchAi + "/workspaces";
  request.query.emplace_back("API-version", "2017-01-01");
  const auto checked = check_api_version(request);
  ASSERT_TRUE(checked.has_error());
  EXPECT_NE(checked.error().message.find("2018-05-01"), std::string::npos);
  EXPECT_NE(checked.error().message.find("2017-01-01"), std::string::npos);
}

}  // namespace
}  // namespace homeport::api::arm
