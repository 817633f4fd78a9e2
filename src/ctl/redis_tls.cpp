#include "redis_tls.hpp"

#include <arpa/inet.h>
#include <openssl/x509v3.h>

#include <array>
#include <climits>
#include <new>

#include "failure.hpp"

namespace ctl {
namespace {

bool is_address(const std::string& name) {
    in6_addr address;
    return inet_pton(AF_INET, name.c_str(), &address) == 1 ||
           inet_pton(AF_INET6, name.c_str(), &address) == 1;
}

std::string reason() {
    const char* text = ERR_reason_error_string(ERR_peek_last_error());
    return text == nullptr ? "the handshake failed" : text;
}

void read_certificate(const CommandLine& line, SSL_CTX* context) {
    const auto certificate = line.value("redis-ssl-certificate");
    const auto key = line.value("redis-ssl-certificate-key");
    if (certificate.has_value() != key.has_value()) {
        throw usage("--redis-ssl-certificate and --redis-ssl-certificate-key go together");
    }
    if (certificate && SSL_CTX_use_certificate_chain_file(context, certificate->c_str()) != 1) {
        throw usage("cannot use \"" + *certificate + "\" as a certificate: " + reason());
    }
    if (key && SSL_CTX_use_PrivateKey_file(context, key->c_str(), SSL_FILETYPE_PEM) != 1) {
        throw usage("cannot use \"" + *key + "\" as the certificate's key: " + reason());
    }
}

}  // namespace

TlsContext::TlsContext(const CommandLine& line) : context_(SSL_CTX_new(TLS_client_method())) {
    if (context_ == nullptr) {
        throw std::bad_alloc();
    }
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    const auto file = line.value("ca-file");
    const bool trusts =
        file ? SSL_CTX_load_verify_locations(context_.get(), file->c_str(), nullptr) == 1
             : SSL_CTX_set_default_verify_paths(context_.get()) == 1;
    if (!trusts) {
        throw usage("cannot use \"" + file.value_or("") + "\" as --ca-file: " + reason());
    }
    read_certificate(line, context_.get());
}

Tls::Tls(const TlsContext& context, const std::string& name)
    : name_(name),
      ssl_(SSL_new(context.get())),
      in_(BIO_new(BIO_s_mem())),
      out_(BIO_new(BIO_s_mem())) {
    if (ssl_ == nullptr || in_ == nullptr || out_ == nullptr) {
        BIO_free(in_);
        BIO_free(out_);
        throw std::bad_alloc();
    }
    BIO_set_mem_eof_return(in_, -1);
    SSL_set_bio(ssl_.get(), in_, out_);
    SSL_set_connect_state(ssl_.get());
    expect(name);
}

// RFC 6066, 3: literal addresses are not permitted as a server's name.
void Tls::expect(const std::string& name) const {
    const bool set = is_address(name) ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()),
                                                                      name.c_str()) == 1
                                      : SSL_set1_host(ssl_.get(), name.c_str()) == 1 &&
                                            SSL_set_tlsext_host_name(ssl_.get(), name.c_str()) == 1;
    if (!set) {
        throw usage("no name of a server: \"" + name + "\"");
    }
}

bool Tls::shake_hands() {
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_.get());
    if (result == 1) {
        return true;
    }
    if (SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_READ) {
        return false;
    }
    const long verdict = SSL_get_verify_result(ssl_.get());
    throw away("redis: TLS with \"" + name_ +
               "\": " + (verdict == X509_V_OK ? reason() : X509_verify_cert_error_string(verdict)));
}

void Tls::write(std::string_view plain) {
    if (!plain.empty() &&
        (plain.size() > INT_MAX ||
         SSL_write(ssl_.get(), plain.data(), static_cast<int>(plain.size())) <= 0)) {
        throw away("redis: TLS: " + reason());
    }
}

std::string Tls::to_send() {
    std::string bytes(BIO_ctrl_pending(out_), '\0');
    if (!bytes.empty()) {
        BIO_read(out_, bytes.data(), static_cast<int>(bytes.size()));
    }
    return bytes;
}

void Tls::received(std::string_view bytes) {
    if (BIO_write(in_, bytes.data(), static_cast<int>(bytes.size())) !=
        static_cast<int>(bytes.size())) {
        throw std::bad_alloc();
    }
}

std::string Tls::read() {
    std::string plain;
    std::array<char, 16384> piece = {};
    for (;;) {
        ERR_clear_error();
        const int got = SSL_read(ssl_.get(), piece.data(), static_cast<int>(piece.size()));
        if (got > 0) {
            plain.append(piece.data(), static_cast<std::size_t>(got));
            continue;
        }
        const int error = SSL_get_error(ssl_.get(), got);
        if (error == SSL_ERROR_WANT_READ || (error == SSL_ERROR_ZERO_RETURN && !plain.empty())) {
            return plain;
        }
        throw away(error == SSL_ERROR_ZERO_RETURN ? "redis: the connection was closed"
                                                  : "redis: TLS: " + reason());
    }
}

}  // namespace ctl
