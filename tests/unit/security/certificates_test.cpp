#include "security/certificates.hpp"

#include <gtest/gtest.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include "base/file.hpp"
#include "security/x509.hpp"
#include "temporary_directory.hpp"

namespace homeport::security {
namespace {

using base::ErrorCode;

/// What OpenSSL says of `leaf` to a client that trusts `ca` and wants to reach `host`.
int verify(X509* ca, X509* leaf, const std::string& host) {
  X509_STORE* store = X509_STORE_new();
  X509_STORE_add_cert(store, ca);
  X509_STORE_CTX* context = X509_STORE_CTX_new();
  X509_STORE_CTX_init(context, store, leaf, nullptr);
  X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER);
  // As strict as Python 3.13 is by default.
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT | X509_V_FLAG_PARTIAL_CHAIN);
  if (X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str()) != 1) {
    X509_VERIFY_PARAM_set1_host(parameters, host.c_str(), 0);
  }
  X509_verify_cert(context);
  const int result = X509_STORE_CTX_get_error(context);
  X509_STORE_CTX_free(context);
  X509_STORE_free(store);
  return result;
}

class Certificates : public ::testing::Test {
 protected:
  void SetUp() override {
    authority_ = CertificateAuthority::open(directory()).value();
    ca_ = certificate_from_pem(authority_->certificate()).value();
  }
  std::filesystem::path directory() const { return folder_.path() / "secrets" / "ca"; }

  testing::TemporaryDirectory folder_;
  std::unique_ptr<CertificateAuthority> authority_;
  X509Certificate ca_;
};

TEST_F(Certificates, PermittedNamesVerifyStrictly) {
  for (const char* name : {"localhost", "run.localhost", "management.azure.com",
                           "login.microsoftonline.com", "account1.blob.core.windows.net",
                           "eastus.experiments.azureml.ms", "127.0.0.1", "127.9.8.7", "::1"}) {
    const auto issued = authority_->issue(name);
    ASSERT_TRUE(issued.has_value()) << name;
    const auto leaf = certificate_from_pem(issued.value().certificate_chain).value();
    EXPECT_EQ(verify(ca_.get(), leaf.get(), name), X509_V_OK) << name;
    EXPECT_NE(verify(ca_.get(), leaf.get(), "other.core.windows.net"), X509_V_OK) << name;
  }
}

TEST_F(Certificates, ForeignNamesAreNotIssued) {
  for (const char* name :
       {"example.com", "xcore.windows.net", "core.windows.net.evil.com", "azure.com", "10.0.0.1",
        "::2", "", ".core.windows.net", "a..core.windows.net", "*.core.windows.net",
        "a,DNS:example.com.core.windows.net"}) {
    const auto issued = authority_->issue(name);
    ASSERT_TRUE(issued.has_error()) << name;
    EXPECT_EQ(issued.error().code, ErrorCode::InvalidArgument) << name;
  }
}

TEST_F(Certificates, OpensslRefusesWhatAStolenKeyWouldSign) {
  const auto ca_key = key_from_pem(base::read_file(directory() / "ca-key.pem").value()).value();
  const auto key = make_private_key().value();
  for (const auto& [name, host] :
       {std::pair{"DNS:example.com", "example.com"}, std::pair{"IP:10.1.2.3", "10.1.2.3"}}) {
    const auto leaf = make_leaf_certificate(key.get(), name, ca_.get(), ca_key.get()).value();
    EXPECT_EQ(verify(ca_.get(), leaf.get(), host), X509_V_ERR_PERMITTED_VIOLATION) << name;
  }
}

TEST_F(Certificates, CaHasTheExtensionsThatStrictClientsInsistOn) {
  for (const int nid : {NID_basic_constraints, NID_key_usage, NID_name_constraints}) {
    const int at = X509_get_ext_by_NID(ca_.get(), nid, -1);
    ASSERT_GE(at, 0) << OBJ_nid2sn(nid);
    EXPECT_EQ(X509_EXTENSION_get_critical(X509_get_ext(ca_.get(), at)), 1) << OBJ_nid2sn(nid);
  }
  EXPECT_GE(X509_get_ext_by_NID(ca_.get(), NID_subject_key_identifier, -1), 0);
  EXPECT_GE(X509_get_ext_by_NID(ca_.get(), NID_authority_key_identifier, -1), 0);
}

TEST_F(Certificates, LeavesAreCachedByName) {
  const auto first = authority_->issue("localhost").value();
  EXPECT_EQ(authority_->issue("LocalHost").value().certificate_chain, first.certificate_chain);
}

TEST_F(Certificates, AuthorityStaysTheSameOverARestart) {
  const auto again = CertificateAuthority::open(directory()).value();
  EXPECT_EQ(again->certificate(), authority_->certificate());
  const auto leaf =
      certificate_from_pem(again->issue("localhost").value().certificate_chain).value();
  EXPECT_EQ(verify(ca_.get(), leaf.get(), "localhost"), X509_V_OK);
}

TEST_F(Certificates, FilesAreTheOwnersAlone) {
  for (const char* name : {"ca.pem", "ca-key.pem"}) {
    struct stat info {};
    ASSERT_EQ(::stat((directory() / name).c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777U, 0600U) << name;
  }
  std::filesystem::permissions(directory(), std::filesystem::perms(0755));
  EXPECT_EQ(CertificateAuthority::open(directory()).error().code, ErrorCode::PermissionDenied);
}

TEST_F(Certificates, StrangersKeyIsNoticed) {
  const auto other = make_private_key().value();
  ASSERT_TRUE(
      base::write_file_durably(directory() / "ca-key.pem", to_pem(other.get()), 0600).has_value());
  EXPECT_EQ(CertificateAuthority::open(directory()).error().code, ErrorCode::Internal);
}

}  // namespace
}  // namespace homeport::security
