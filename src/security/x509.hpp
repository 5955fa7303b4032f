#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace homeport::security {

/// Owners of OpenSSL's objects, and the few things we do with them. Any thread, one object a
/// thread.
template <auto kFree>
struct OpensslDeleter {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using X509Certificate = std::unique_ptr<X509, OpensslDeleter<X509_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, OpensslDeleter<EVP_PKEY_free>>;

/// A fresh key on P-256.
base::Result<PrivateKey> make_private_key();

/// The certificate of a CA that vouches for itself and, by critical name constraints, for
/// `permitted` only ("DNS:localhost", "IP:127.0.0.0/255.0.0.0").
base::Result<X509Certificate> make_ca_certificate(EVP_PKEY* key,
                                                  const std::vector<std::string>& permitted);

/// A server's certificate for one alternative name ("DNS:…", "IP:…"), signed by the CA.
base::Result<X509Certificate> make_leaf_certificate(EVP_PKEY* key, const std::string& name,
                                                    X509* ca, EVP_PKEY* ca_key);

std::string to_pem(X509* certificate);
std::string to_pem(EVP_PKEY* key);
/// Internal for a text that is not one.
base::Result<X509Certificate> certificate_from_pem(std::string_view pem);
base::Result<PrivateKey> key_from_pem(std::string_view pem);

}  // namespace homeport::security
