#include "api/gateway/token_audience.hpp"

#include <gtest/gtest.h>

namespace homeport::api::gateway {
namespace {

bool is_own(std::string_view host) {
  return host == "127.0.0.1:8000";
}

struct Row {
  const char* audience;
  bool management;
  bool storage;
};

TEST(TokenAudience, OpensTheServiceThatItNamesAndNoOther) {
  const Row rows[] = {{"https://management.core.windows.net/", true, false},
                      {"https://management.azure.com", true, false},
                      {"https://Management.Azure.com/", true, false},
                      {"797f4846-ba00-4fd7-ba43-dac1f8f63013", true, false},
                      {"https://ml.azure.com", true, false},
                      {"https://westeurope.api.azureml.ms/", true, false},
                      {"https://storage.azure.com/", false, true},
                      {"https://acct.blob.core.windows.net", false, true},
                      {"https://acct.file.core.windows.net/", false, true},
                      {"http://127.0.0.1:8000", true, true},
                      {"http://127.0.0.1:8001", false, false},
                      {"http://gpu-box:8000", true, true},
                      {"http://gpu-box:8001", false, false},
                      {"https://vault.azure.net", false, false},
                      {"https://graph.microsoft.com", false, false},
                      {"https://login.microsoftonline.com", false, false},
                      {"https://evil.example/management.azure.com", false, false},
                      {"https://management.azure.com.evil.example/", false, false},
                      {"x", false, false}};
  for (const Row& row : rows) {
    const security::TokenPurpose token{row.audience, "http://gpu-box:8000/tenant/"};
    EXPECT_EQ(is_for_management(token, is_own), row.management) << row.audience;
    EXPECT_EQ(is_for_storage(token, is_own), row.storage) << row.audience;
  }
}

}  // namespace
}  // namespace homeport::api::gateway
