#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "security/secret.hpp"

namespace homeport::security {

/// A certificate chain and its key, PEM.
struct Leaf {
  std::string certificate_chain;
  Secret private_key;
};

/// Our own certificate authority, made at the first start under DATA/secrets/ca (0700). Its
/// critical name constraints let it vouch only for the two services' published names and for this
/// machine's loopback: core.windows.net, management.azure.com, login.microsoftonline.com,
/// azureml.ms, localhost, 127.0.0.0/8, ::1. CA:TRUE and key usage critical, SKI and AKI present
/// (Python 3.13 insists). Any thread.
class CertificateAuthority {
 public:
  /// Opens `directory`, making it and the CA where they are missing (ca.pem, ca-key.pem; files
  /// 0600). PermissionDenied if it is readable by others; Internal if certificate and key do not
  /// belong together.
  static base::Result<std::unique_ptr<CertificateAuthority>> open(
      const std::filesystem::path& directory);

  /// The CA's certificate, PEM, for a client's bundle.
  const std::string& certificate() const { return certificate_; }

  /// A leaf for one DNS name or IP address inside the constraints; cached by name, without regard
  /// to its case. InvalidArgument for a name outside them.
  base::Result<Leaf> issue(const std::string& name);

  ~CertificateAuthority();

 private:
  CertificateAuthority();
  struct State;
  std::unique_ptr<State> state_;
  std::string certificate_;
};

}  // namespace homeport::security
