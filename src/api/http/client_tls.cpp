#include "api/http/client_tls.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace homeport::api::http {
namespace {

struct ContextDeleter {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Context = std::unique_ptr<SSL_CTX, ContextDeleter>;

base::Error refused(const char* reason, std::string message) {
  return base::Error{base::ErrorCode::Unavailable, std::move(message), {}, reason, {}};
}

std::string openssl_text() {
  char text[256] = "no reason given";
  const unsigned long code = ERR_get_error();
  if (code != 0) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return text;
}

// OpenSSL's own socket BIO writes with write(2), which raises SIGPIPE where the server has gone.
int send_quietly(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  const int socket = *static_cast<int*>(BIO_get_data(bio));
  return static_cast<int>(::send(socket, bytes, static_cast<size_t>(size), MSG_NOSIGNAL));
}

int receive(BIO* bio, char* place, int size) {
  BIO_clear_retry_flags(bio);
  const int socket = *static_cast<int*>(BIO_get_data(bio));
  return static_cast<int>(::recv(socket, place, static_cast<size_t>(size), 0));
}

long control(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

/// `socket` is the caller's and outlives the BIO.
BIO* make_socket_bio(int* socket) {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "quiet socket");
    BIO_meth_set_write(made, send_quietly);
    BIO_meth_set_read(made, receive);
    BIO_meth_set_ctrl(made, control);
    return made;
  }();
  BIO* bio = BIO_new(method);
  BIO_set_data(bio, socket);
  BIO_set_init(bio, 1);
  return bio;
}

bool trust(SSL_CTX* context, const std::string& pem) {
  if (pem.empty()) return SSL_CTX_set_default_verify_paths(context) == 1;
  BIO* in = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  bool any = false;
  while (X509* certificate = PEM_read_bio_X509(in, nullptr, nullptr, nullptr)) {
    any = X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate) == 1 || any;
    X509_free(certificate);
  }
  BIO_free(in);
  ERR_clear_error();  // the end of the text counts as an error
  return any;
}

/// A name goes into SNI too; an address does not (RFC 6066 §3).
void expect_host(SSL* session, const std::string& host) {
  X509_VERIFY_PARAM* parameters = SSL_get0_param(session);
  if (X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str()) == 1) return;
  SSL_set1_host(session, host.c_str());
  SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
           const_cast<char*>(host.c_str()));
}

}  // namespace

base::Result<std::unique_ptr<ClientTls>> ClientTls::greet(int socket, const std::string& host,
                                                          const std::string& ca_certificates) {
  const Context context(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr || !trust(context.get(), ca_certificates)) {
    return refused("CertificateRefused", "there is no certificate to trust: " + openssl_text());
  }
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_options(context.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  std::unique_ptr<ClientTls> tls(new ClientTls(socket, SSL_new(context.get())));
  SSL* session = tls->session_;
  BIO* bio = make_socket_bio(&tls->socket_);
  SSL_set_bio(session, bio, bio);
  expect_host(session, host);
  if (SSL_connect(session) == 1) return tls;
  const long verified = SSL_get_verify_result(session);
  if (verified != X509_V_OK) {
    return refused("CertificateRefused", "the certificate of " + host + " is not to be trusted: " +
                                             X509_verify_cert_error_string(verified));
  }
  return refused("ConnectionLost", "no TLS connection to " + host + ": " + openssl_text());
}

ClientTls::~ClientTls() {
  SSL_shutdown(session_);
  SSL_free(session_);
}

ssize_t ClientTls::outcome(int result) const {
  if (result > 0) return result;
  const int reason = SSL_get_error(session_, result);
  if (reason == SSL_ERROR_ZERO_RETURN) return 0;
  if (reason != SSL_ERROR_SYSCALL) errno = EPROTO;
  if (errno == 0) errno = ECONNRESET;
  ERR_clear_error();
  return -1;
}

ssize_t ClientTls::write(std::string_view bytes) {
  errno = 0;
  return outcome(
      SSL_write(session_, bytes.data(), static_cast<int>(std::min<size_t>(bytes.size(), INT_MAX))));
}

ssize_t ClientTls::read(char* place, size_t size) {
  errno = 0;
  return outcome(SSL_read(session_, place, static_cast<int>(std::min<size_t>(size, INT_MAX))));
}

}  // namespace homeport::api::http
