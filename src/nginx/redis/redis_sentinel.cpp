#include "redis_sentinel.hpp"

#include <utility>

#include "../../redis/greeting.hpp"
#include "../bridge.hpp"
#include "redis_address.hpp"

namespace nginx {
namespace {

std::string name_of(const std::string& host, in_port_t port) {
    const bool is_six = host.find(':') != std::string::npos;
    return (is_six ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace

RedisSentinel::RedisSentinel(const Realm& realm, const ngx_log_t& log, StoreMeter& meter)
    : MovingStore(realm, log, meter), probe_(*this), sentinels_(realm, log, *this) {}

RedisSentinel::~RedisSentinel() {
    close_all();
}

void RedisSentinel::close_all() {
    sentinels_.close();
    if (name_ != nullptr) {
        name_->close();
    }
    MovingStore::close_all();
}

// A server that was made a replica by hand still has our connections; one that a sentinel makes so
// has closed them.
void RedisSentinel::Probe::start() {
    if (!waiting_ && store_.server() != nullptr) {
        waiting_ = true;
        waiting_ = store_.ask({{"ROLE"}}, *this);
    }
}

void RedisSentinel::Probe::replied(std::vector<redis::Reply> replies) {
    waiting_ = false;
    if (!redis::is_master(replies.at(0))) {
        store_.leave_soon();
        store_.doubt();
    }
}

void RedisSentinel::master_is(const std::string& host, in_port_t port) {
    const bool same = host == host_ && port == port_;
    if (same && server() != nullptr) {
        probe_.start();
        return;
    }
    if (same && name_ != nullptr) {
        name_->look_soon();
        return;
    }
    host_ = host;
    port_ = port;
    name_.reset();
    find(host, port);
}

void RedisSentinel::find(const std::string& host, in_port_t port) {
    if (auto address = literal_address(host, port)) {
        move({*address});
    } else if (resolver_of(realm()) != nullptr) {
        name_ = std::make_unique<NameWatch>(realm(), host, port, *log(), *this);
        name_->open();
    } else {
        ngx_str_t realm_name = str(realm().policy.realm);
        ngx_str_t master = str(realm().master);
        ngx_str_t name = str(host);
        ngx_log_error(NGX_LOG_ERR, log(), 0,
                      "session: realm \"%V\" redis master \"%V\" is announced by its name \"%V\", "
                      "add \"resolver\" to the http block",
                      &realm_name, &master, &name);
        leave();
        give_up();
    }
}

void RedisSentinel::resolved(std::vector<RedisAddress> addresses) {
    move(std::move(addresses));
}

void RedisSentinel::move(std::vector<RedisAddress> addresses) {
    RedisPlace place;
    place.name = name_of(host_, port_);
    place.host = host_;
    place.port = port_;
    place.ssl_name = host_;
    const std::string where = names_of(addresses);
    place.addresses = std::move(addresses);
    log_master(place.name == where ? where : place.name + " (" + where + ")");
    move_to(server_at(*realm().redis, std::move(place)), Old::closed);
}

void RedisSentinel::log_master(const std::string& where) {
    if (where == told_) {
        return;
    }
    ngx_str_t realm_name = str(realm().policy.realm);
    ngx_str_t master = str(realm().master);
    ngx_str_t now = str(where);
    ngx_str_t before = str(told_);
    if (told_.empty()) {
        ngx_log_error(NGX_LOG_NOTICE, log(), 0, "session: realm \"%V\" redis master \"%V\" is %V",
                      &realm_name, &master, &now);
    } else {
        ngx_log_error(NGX_LOG_WARN, log(), 0,
                      "session: realm \"%V\" redis master \"%V\" is now %V, was %V", &realm_name,
                      &master, &now, &before);
    }
    told_ = where;
}

// A master that is known goes on being used.
void RedisSentinel::nobody_knows() {
    if (server() == nullptr) {
        give_up();
    }
}

}  // namespace nginx
