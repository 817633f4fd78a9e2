#include "redis_server.hpp"

#include <utility>

namespace nginx {

RedisServerPtr server_at(const RedisServer& like, RedisPlace place) {
    auto server = std::make_shared<RedisServer>(like);
    if (like.ssl_name_given) {
        place.ssl_name = like.ssl_name;
    }
    static_cast<RedisPlace&>(*server) = std::move(place);
    return server;
}

redis::Login login_of(const RedisServer& server) {
    return {server.user, server.password, server.database, server.master_only};
}

}  // namespace nginx
