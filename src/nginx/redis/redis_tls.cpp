#include "redis_tls.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <memory>

#include "../bridge.hpp"

namespace nginx {

namespace {

bool is_address(const std::string& name) {
    in6_addr address;
    return inet_pton(AF_INET, name.c_str(), &address) == 1 ||
           inet_pton(AF_INET6, name.c_str(), &address) == 1;
}

// ngx_ssl_check_host() looks at names only.
bool has_address(ngx_connection_t* connection, const std::string& address) {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(
        SSL_get_peer_certificate(connection->ssl->connection), X509_free);
    return certificate != nullptr && X509_check_ip_asc(certificate.get(), address.c_str(), 0) == 1;
}

std::optional<std::string> find_fault(ngx_connection_t* connection, const std::string& name) {
    const long result = SSL_get_verify_result(connection->ssl->connection);
    if (result != X509_V_OK) {
        return std::string("certificate verify error: ") + X509_verify_cert_error_string(result);
    }
    ngx_str_t host = str(name);
    const bool matches = is_address(name) ? has_address(connection, name)
                                          : ngx_ssl_check_host(connection, &host) == NGX_OK;
    if (!matches) {
        return "certificate does not match \"" + name + "\"";
    }
    return std::nullopt;
}

}  // namespace

ngx_int_t start_tls(ngx_connection_t* connection, const RedisServer& server,
                    ngx_connection_handler_pt handler) {
    if (ngx_ssl_create_connection(server.ssl, connection, NGX_SSL_CLIENT) != NGX_OK) {
        return NGX_ERROR;
    }
    // The pipeline's output may grow, and so move, before what did not fit is written again.
    SSL_set_mode(connection->ssl->connection, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    // RFC 6066, 3: literal addresses are not permitted as a server's name.
    if (!server.ssl_name.empty() && !is_address(server.ssl_name) &&
        SSL_set_tlsext_host_name(connection->ssl->connection, server.ssl_name.c_str()) != 1) {
        ERR_clear_error();
        return NGX_ERROR;
    }

    const ngx_int_t result = ngx_ssl_handshake(connection);
    if (result == NGX_AGAIN) {
        connection->ssl->handler = handler;
    }
    return result;
}

std::optional<std::string> distrust(ngx_connection_t* connection, const RedisServer& server) {
    if (!server.ssl_verify) {
        return std::nullopt;
    }
    std::optional<std::string> fault = find_fault(connection, server.ssl_name);
    ERR_clear_error();
    return fault;
}

}  // namespace nginx
