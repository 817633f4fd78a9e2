// Who we are to a server of Redis and whom we trust, as the directives say it.
#pragma once

#include <string>

#include "../conf.hpp"
#include "../redis/redis_server.hpp"

namespace nginx {

// "PREFIX_user" and "PREFIX_password_file".
char* read_credentials(ngx_conf_t* cf, const std::string& prefix, const ngx_str_t& user,
                       const ngx_str_t& password_file, RedisServer& server);

struct SslWords {
    std::string directive;          // "redis_ssl"
    std::string trusted_directive;  // "redis_ssl_trusted_certificate"
    ngx_str_t name;
    bool verify;
    ngx_str_t trusted;
    ngx_str_t certificate;  // and key, of "redis_ssl_certificate"
    ngx_str_t key;
};

char* read_ssl(ngx_conf_t* cf, SslWords words, RedisServer& server);

}  // namespace nginx
