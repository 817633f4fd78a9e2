// TLS as bytes in and bytes out: whoever has the socket moves them.
#pragma once

#include <openssl/ssl.h>

#include <string>
#include <string_view>

#include "../jwt/openssl.hpp"
#include "command_line.hpp"

namespace ctl {

// Whom to trust, and who we are.
class TlsContext {
public:
    // "--ca-file", else what the system trusts, and a client certificate. Throws Failure, as all
    // else here.
    explicit TlsContext(const CommandLine& line);

    SSL_CTX* get() const { return context_.get(); }

private:
    jwt::Held<SSL_CTX, SSL_CTX_free> context_;
};

class Tls {
public:
    // To a server whose certificate must have that name, a host's or an address.
    Tls(const TlsContext& context, const std::string& name);

    // False: more must come. Throws where the server is not the one that is meant.
    bool shake_hands();

    void write(std::string_view plain);
    std::string to_send();

    // What has come; the plain text of it, or nothing yet.
    void received(std::string_view bytes);
    std::string read();

private:
    void expect(const std::string& name) const;

    std::string name_;
    jwt::Held<SSL, SSL_free> ssl_;
    BIO* in_ = nullptr;  // both are the other's
    BIO* out_ = nullptr;
};

}  // namespace ctl
