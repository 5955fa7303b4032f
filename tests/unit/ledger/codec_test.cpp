#include "ledger/codec.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"

namespace homeport::ledger {

using homeport::testing::a_cluster;
using homeport::testing::a_run;

TEST(Codec, ADocumentOfAnEarlierVersionGetsTheDefaultsOfNewFields) {
  domain::Cluster cluster;
  ASSERT_TRUE(decode(R"({"vm_size":"STANDARD_D2","scale":{"max_nodes":3}})", cluster));
  EXPECT_EQ(cluster.vm_size, "STANDARD_D2");
  EXPECT_EQ(cluster.scale.max_nodes, 3);
  EXPECT_EQ(cluster.scale.idle_time, domain::ScaleSettings{}.idle_time);
}

TEST(Codec, ADocumentOfALaterVersionKeepsWhatThisOneKnows) {
  domain::Cluster cluster;
  ASSERT_TRUE(decode(R"({"vm_size":"STANDARD_D2","colour":"blue"})", cluster));
  EXPECT_EQ(cluster.vm_size, "STANDARD_D2");
}

struct BrokenDocument {
  const char* what;
  const char* document;
};

class BrokenDocuments : public ::testing::TestWithParam<BrokenDocument> {};

TEST_P(BrokenDocuments, AreInternalErrors) {
  domain::Cluster cluster;
  const auto outcome = decode(GetParam().document, cluster);
  ASSERT_FALSE(outcome) << GetParam().what;
  EXPECT_EQ(outcome.error().code, base::ErrorCode::Internal);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, BrokenDocuments,
    ::testing::Values(BrokenDocument{"not JSON", "{"}, BrokenDocument{"no object", "[]"},
                      BrokenDocument{"text where a number belongs", R"({"created_at":"now"})"},
                      BrokenDocument{"an unknown enumerator", R"({"priority":"Urgent"})"},
                      BrokenDocument{"a number too large", R"({"scale":{"max_nodes":4294967296}})"},
                      BrokenDocument{"a number in a list of texts", R"({"warnings":["a",1]})"},
                      BrokenDocument{"a list where tags belong", R"({"tags":["a"]})"}));

TEST(Codec, NamesTheFieldThatCannotBeRead) {
  domain::Run run;
  const auto outcome = decode(R"({"attempts":"many"})", run);
  ASSERT_FALSE(outcome);
  EXPECT_NE(outcome.error().message.find("'attempts'"), std::string::npos);
}

TEST(Codec, EveryByteOfATextComesBack) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  domain::Run run = a_run("r", [&](domain::Run& r) { r.tags = {{bytes, bytes}}; });
  domain::Run back;
  ASSERT_TRUE(decode(encode(run), back));
  EXPECT_EQ(back.tags, run.tags);
}

TEST(Codec, AnEmptyTextIsNotTheDefaultOfItsField) {
  const domain::Run run =
      a_run("r", [](domain::Run& r) { r.spec->environment.interpreter.clear(); });
  domain::Run back;
  ASSERT_TRUE(decode(encode(run), back));
  EXPECT_EQ(back.spec, run.spec);
}

}  // namespace homeport::ledger
