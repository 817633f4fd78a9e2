// TLS to a Redis node. nginx ends a handshake without judging the certificate: that is done here.
#pragma once

#include <optional>
#include <string>

#include "redis_server.hpp"

namespace nginx {

// Begins the handshake: NGX_OK where it is over, NGX_AGAIN where `handler` will be called, or
// NGX_ERROR.
ngx_int_t start_tls(ngx_connection_t* connection, const RedisServer& server,
                    ngx_connection_handler_pt handler);

// Why the server that took part in the handshake is not the one we want, or nothing.
std::optional<std::string> distrust(ngx_connection_t* connection, const RedisServer& server);

}  // namespace nginx
