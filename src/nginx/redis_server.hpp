// A Redis node as the configuration names it: plain values, written while it is read and never
// after.
#pragma once

#include <string>
#include <vector>

#include "ngx.hpp"

namespace nginx {

struct RedisServer {
    std::string realm;                  // for log lines
    std::string name;                   // for log lines: "127.0.0.1:6379", "unix:/path"
    std::vector<ngx_addr_t> addresses;  // tried in turn; they point into the configuration's pool
    std::string user;                   // empty: the default user
    std::string password;               // both empty: no AUTH
    ngx_uint_t database = 0;
    ngx_msec_t connect_timeout =
        200;                   // ms, to connect, shake hands and authenticate at one address
    ngx_msec_t timeout = 100;  // ms, of a whole question, its retry included
    ngx_ssl_t* ssl = nullptr;  // null: plain text
    std::string
        ssl_name;  // a host name or an address without brackets or port: for SNI and verification
    bool ssl_verify = true;
};

}  // namespace nginx
