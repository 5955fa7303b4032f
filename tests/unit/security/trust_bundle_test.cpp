#include "security/trust_bundle.hpp"

#include <gtest/gtest.h>

#include "base/file.hpp"
#include "temporary_directory.hpp"

namespace homeport::security {
namespace {

const std::string kOurs = "-----BEGIN CERTIFICATE-----\nours\n-----END CERTIFICATE-----\n";
const std::string kRoot = "-----BEGIN CERTIFICATE-----\nroot\n-----END CERTIFICATE-----";

class TrustBundle : public ::testing::Test {
 protected:
  std::filesystem::path file(const std::string& name, const std::string& text) const {
    EXPECT_TRUE(base::write_file_durably(folder_.path() / name, text).has_value());
    return folder_.path() / name;
  }
  testing::TemporaryDirectory folder_;
};

TEST_F(TrustBundle, OursStandsBehindThoseOfTheFile) {
  EXPECT_EQ(trust_bundle(file("roots.pem", kRoot), kOurs), kRoot + "\n" + kOurs);
}

TEST_F(TrustBundle, OnceIsEnough) {
  const std::string once = trust_bundle(file("roots.pem", kRoot), kOurs);
  EXPECT_EQ(trust_bundle(file("once.pem", once), kOurs), once);
}

TEST_F(TrustBundle, AFolderGivesEachOfItsCertificatesOnce) {
  file("a.pem", kRoot);
  file("hash.0", kRoot);
  file("readme", "no certificate");
  EXPECT_EQ(trust_bundle(folder_.path(), kOurs), kRoot + "\n" + kOurs);
}

TEST_F(TrustBundle, WithoutABaseItIsOursAlone) {
  EXPECT_EQ(trust_bundle({}, kOurs), kOurs);
  EXPECT_EQ(trust_bundle(folder_.path() / "absent", kOurs), kOurs);
}

}  // namespace
}  // namespace homeport::security
