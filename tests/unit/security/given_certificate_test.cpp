#include "security/given_certificate.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.hpp"
#include "security/x509.hpp"
#include "temporary_directory.hpp"

namespace homeport::security {
namespace {

using base::ErrorCode;

class GivenCertificates : public ::testing::Test {
 protected:
  void SetUp() override {
    const PrivateKey ca_key = make_private_key().value();
    const X509Certificate ca = make_ca_certificate(ca_key.get(), {"DNS:example.org"}).value();
    const PrivateKey key = make_private_key().value();
    const auto leaf =
        make_leaf_certificate(key.get(), "DNS:*.example.org,IP:192.0.2.7", ca.get(), ca_key.get());
    write("cert.pem", to_pem(leaf.value().get()) + to_pem(ca.get()), 0644);
    write("key.pem", to_pem(key.get()), 0600);
    write("other.pem", to_pem(ca_key.get()), 0600);
  }
  void write(const std::string& name, const std::string& text, mode_t mode) const {
    ASSERT_TRUE(base::write_file_durably(folder_.path() / name, text, mode).has_value());
  }
  base::Result<std::unique_ptr<GivenCertificate>> read(
      const std::string& certificate, const std::string& key,
      base::TimePoint now = base::SystemClock().wall()) const {
    return GivenCertificate::read(folder_.path() / certificate, folder_.path() / key, now);
  }

  testing::TemporaryDirectory folder_;
};

TEST_F(GivenCertificates, TheNamesAndAddressesOfThePairAreCovered) {
  const auto given = read("cert.pem", "key.pem");
  ASSERT_TRUE(given.has_value()) << given.error().message;
  EXPECT_TRUE(given.value()->covers("homeport.example.org"));
  EXPECT_TRUE(given.value()->covers("192.0.2.7"));
  for (const char* other : {"example.org", "a.b.example.org", "192.0.2.8", "localhost", ""}) {
    EXPECT_FALSE(given.value()->covers(other)) << other;
  }
  EXPECT_NE(given.value()->leaf().private_key.reveal().find("PRIVATE KEY"), std::string::npos);
}

TEST_F(GivenCertificates, WhatCannotBeUsedNamesItsOptionAndTheFile) {
  write("text.pem", "hello", 0600);
  write("locked.pem",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n", 0600);
  write("open.pem", base::read_file(folder_.path() / "key.pem").value(), 0644);
  const struct {
    const char* certificate;
    const char* key;
    ErrorCode code;
    const char* target;
    const char* told;
  } rows[] = {
      {"absent.pem", "key.pem", ErrorCode::NotFound, "tls-cert", "there is no file"},
      {"cert.pem", "absent.pem", ErrorCode::NotFound, "tls-key", "there is no file"},
      {"text.pem", "key.pem", ErrorCode::InvalidArgument, "tls-cert", "holds no certificate"},
      {"cert.pem", "text.pem", ErrorCode::InvalidArgument, "tls-key", "holds no private key"},
      {"cert.pem", "locked.pem", ErrorCode::InvalidArgument, "tls-key", "passphrase"},
      {"cert.pem", "other.pem", ErrorCode::InvalidArgument, "tls-key", "is not the key of"},
      {"cert.pem", "open.pem", ErrorCode::PermissionDenied, "tls-key", "chmod 600"},
  };
  for (const auto& row : rows) {
    const auto given = read(row.certificate, row.key);
    ASSERT_TRUE(given.has_error()) << row.told;
    EXPECT_EQ(given.error().code, row.code) << row.told;
    EXPECT_EQ(given.error().target, row.target) << row.told;
    EXPECT_NE(given.error().message.find(row.told), std::string::npos) << given.error().message;
    EXPECT_NE(given.error().message.find(".pem"), std::string::npos) << given.error().message;
  }
}

TEST_F(GivenCertificates, AKeyThatAGroupReadsIsTaken) {
  write("key.pem", base::read_file(folder_.path() / "key.pem").value(), 0640);
  EXPECT_TRUE(read("cert.pem", "key.pem").has_value());
}

TEST_F(GivenCertificates, AFileThatIsNotForThisUserIsRefused) {
  if (::geteuid() == 0) GTEST_SKIP() << "root reads everything";
  ::chmod((folder_.path() / "key.pem").c_str(), 0);
  const auto given = read("cert.pem", "key.pem");
  ASSERT_TRUE(given.has_error());
  EXPECT_EQ(given.error().code, ErrorCode::PermissionDenied);
}

TEST_F(GivenCertificates, ItIsHeldAgainstTheClock) {
  constexpr std::chrono::hours kYear{24 * 365};
  const base::TimePoint now = base::SystemClock().wall();
  const auto expired = read("cert.pem", "key.pem", now + 3 * kYear);
  ASSERT_TRUE(expired.has_error());
  EXPECT_NE(expired.error().message.find("expired on"), std::string::npos);
  const auto early = read("cert.pem", "key.pem", now - kYear);
  ASSERT_TRUE(early.has_error());
  EXPECT_NE(early.error().message.find("not valid before"), std::string::npos);
  EXPECT_EQ(early.error().target, "tls-cert");
}

}  // namespace
}  // namespace homeport::security
