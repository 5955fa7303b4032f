#include "api/http/tls_contexts.hpp"

#include <openssl/ssl.h>

#include <boost/asio/ssl/context.hpp>

#include "base/text.hpp"

namespace homeport::api::http {
namespace {

namespace ssl = boost::asio::ssl;

// Names come from clients: a bound keeps a flood of them from staying.
constexpr size_t kMaxContexts = 1024;
constexpr unsigned char kOnlyHttp1[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

int choose_protocol(SSL* /*connection*/, const unsigned char** chosen, unsigned char* length,
                    const unsigned char* offered, unsigned int offered_length, void* /*unused*/) {
  unsigned char* match = nullptr;
  if (SSL_select_next_proto(&match, length, kOnlyHttp1, sizeof kOnlyHttp1, offered,
                            offered_length) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *chosen = match;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

TlsContexts::TlsContexts(security::CertificateAuthority& authority,
                         const security::GivenCertificate* given)
    : authority_(authority), given_(given) {}
TlsContexts::~TlsContexts() = default;

base::Result<std::shared_ptr<ssl::context>> TlsContexts::for_address(
    const std::string& local_address) {
  auto context = choose(local_address);
  return context.has_value() ? std::move(context) : for_name("localhost");
}

base::Result<TlsContexts::Context> TlsContexts::choose(const std::string& host) {
  if (given_ == nullptr) return for_name(host);
  if (given_->covers(host)) return given_context();
  auto own = for_name(host);
  return own.has_value() ? std::move(own) : given_context();
}

base::Result<TlsContexts::Context> TlsContexts::given_context() {
  const std::lock_guard lock(mutex_);
  if (given_context_ == nullptr) {
    HP_TRY(given_context_, make("the given certificate", given_->leaf()));
  }
  return given_context_;
}

base::Result<std::shared_ptr<ssl::context>> TlsContexts::for_name(const std::string& name) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = contexts_.find(name); found != contexts_.end()) return found->second;
  }
  HP_TRY(const security::Leaf leaf, authority_.issue(name));
  HP_TRY(auto made, make(name, leaf));
  const std::lock_guard lock(mutex_);
  if (contexts_.size() >= kMaxContexts) contexts_.clear();
  return contexts_.try_emplace(name, std::move(made)).first->second;
}

base::Result<TlsContexts::Context> TlsContexts::make(const std::string& name,
                                                     const security::Leaf& leaf) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  const std::string& key = leaf.private_key.reveal();
  boost::system::error_code error;
  context->use_certificate_chain(boost::asio::buffer(leaf.certificate_chain), error);
  if (!error) context->use_private_key(boost::asio::buffer(key), ssl::context::pem, error);
  SSL_CTX* native = context->native_handle();
  if (!error && SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION) != 1) {
    error = boost::system::errc::make_error_code(boost::system::errc::protocol_not_supported);
  }
  if (error) return base::internal("cannot set up TLS for " + name, error.message());
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(native, SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_alpn_select_cb(native, choose_protocol, nullptr);
  // What SSL_CTX_set_tlsext_servername_callback stands for, without its cast of C.
  SSL_CTX_callback_ctrl(native, SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
                        reinterpret_cast<void (*)()>(&TlsContexts::choose_by_name));
  SSL_CTX_ctrl(native, SSL_CTRL_SET_TLSEXT_SERVERNAME_ARG, 0, this);
  return context;
}

int TlsContexts::choose_by_name(ssl_st* connection, int* /*alert*/, void* self) {
  const char* name = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name);
  if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
  auto context = static_cast<TlsContexts*>(self)->choose(base::to_lower(name));
  // A foreign name keeps the address's leaf: the client then says which names it got.
  if (context.has_error()) return SSL_TLSEXT_ERR_NOACK;
  SSL_set_SSL_CTX(connection, context.value()->native_handle());
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace homeport::api::http
