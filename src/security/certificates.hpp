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
/// azureml.ms, localhost, 127.0.0.0/8. CA:TRUE and key usage critical, SKI and AKI present
/// (Python 3.13 insists). Any thread.
class CertificateAuthority {
 public:
  static base::Result<std::unique_ptr<CertificateAuthority>> open(
      const std::filesystem::path& directory);

  /// The CA's certificate, PEM, for a client's bundle.
  const std::string& certificate() const { return certificate_; }

  /// A leaf for one DNS name or IPv4 address inside the constraints; cached by name.
  /// InvalidArgument for a name outside them.
  base::Result<Leaf> issue(const std::string& name);

  ~CertificateAuthority();

 private:
  CertificateAuthority();
  struct State;
  std::unique_ptr<State> state_;
  std::string certificate_;
};

}  // namespace homeport::security
