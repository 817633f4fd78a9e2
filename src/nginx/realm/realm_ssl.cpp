#include "realm_ssl.hpp"

#include <optional>

namespace nginx {
namespace {

// A password as it stands in its file, without the newline that editors add; nothing after an error
// was logged.
std::optional<std::string> read_password(ngx_conf_t* cf, const std::string& directive,
                                         const ngx_str_t& file) {
    const auto path = full_path(cf, view(file));
    if (!path) {
        return std::nullopt;
    }
    auto bytes = read_file(*path);
    if (const auto* error = std::get_if<FileError>(&bytes)) {
        fail(cf, directive + ": cannot read \"" + *path + "\": " + error->text +
                     ", name a file that the user who starts nginx can read");
        return std::nullopt;
    }
    std::string password = std::get<std::string>(std::move(bytes));
    while (!password.empty() && (password.back() == '\n' || password.back() == '\r')) {
        password.pop_back();
    }
    if (password.empty()) {
        fail(cf, directive + ": \"" + *path + "\" is empty, put the password into it");
        return std::nullopt;
    }
    return password;
}

// Behind nginx's own line, which has OpenSSL's words and neither directive nor place.
char* fail_file(ngx_conf_t* cf, const std::string& directive, const ngx_str_t& path,
                const std::string& content) {
    return fail(cf, "cannot use \"" + std::string(view(path)) + "\" in \"" + directive +
                        "\", name a PEM file with " + content);
}

char* read_trust(ngx_conf_t* cf, SslWords& words, ngx_ssl_t* ssl) {
    if (words.trusted.len == 0) {
        return fail(cf, "\"" + words.directive +
                            "\" verifies the server, name its authority with \"" +
                            words.trusted_directive + "\"");
    }
    constexpr ngx_int_t kDepth = 9;
    return ngx_ssl_trusted_certificate(cf, ssl, &words.trusted, kDepth) == NGX_OK
               ? ok()
               : fail_file(cf, words.trusted_directive, words.trusted, "certificates");
}

char* read_client_certificate(ngx_conf_t* cf, SslWords& words, ngx_ssl_t* ssl) {
    if (words.certificate.len == 0) {
        return ok();
    }
    if (words.key.len == 0) {
        return fail(cf, "\"redis_ssl_certificate\" needs \"redis_ssl_certificate_key\"");
    }
    return ngx_ssl_certificate(cf, ssl, &words.certificate, &words.key, nullptr) == NGX_OK
               ? ok()
               : fail_file(cf, "redis_ssl_certificate", words.certificate,
                           "the certificate, its key being in \"redis_ssl_certificate_key\"");
}

}  // namespace

char* read_credentials(ngx_conf_t* cf, const std::string& prefix, const ngx_str_t& user,
                       const ngx_str_t& password_file, RedisServer& server) {
    const std::string directive = prefix + "_password_file";
    server.user = view(user);
    if (password_file.len == 0) {
        if (password_file.data != nullptr) {
            return fail(cf, "invalid value \"\" in \"" + directive + "\", name a file");
        }
        return server.user.empty() ? ok()
                                   : fail(cf, "\"" + prefix + "_user\" needs a password, add \"" +
                                                  directive + "\"");
    }
    const auto password = read_password(cf, directive, password_file);
    if (!password) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    server.password = *password;
    return ok();
}

char* read_ssl(ngx_conf_t* cf, SslWords words, RedisServer& server) {
    auto* ssl = static_cast<ngx_ssl_t*>(ngx_pcalloc(cf->pool, sizeof(ngx_ssl_t)));
    if (ssl == nullptr) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    ssl->log = cf->log;
    if (ngx_ssl_create(ssl, NGX_SSL_TLSv1_2 | NGX_SSL_TLSv1_3, nullptr) != NGX_OK) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    ngx_pool_cleanup_t* cleanup = ngx_pool_cleanup_add(cf->pool, 0);
    if (cleanup == nullptr) {
        ngx_ssl_cleanup_ctx(ssl);
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    cleanup->handler = ngx_ssl_cleanup_ctx;
    cleanup->data = ssl;
    server.ssl_verify = words.verify;
    if (words.name.len != 0) {
        server.ssl_name = view(words.name);
        server.ssl_name_given = true;
    }
    if (server.ssl_verify && server.ssl_name.empty()) {
        return fail(cf, "the certificate of a Unix socket has no host, add \"" + words.directive +
                            "_name\"");
    }
    if (server.ssl_verify && read_trust(cf, words, ssl) != ok()) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    server.ssl = ssl;
    return read_client_certificate(cf, words, ssl);
}

}  // namespace nginx
