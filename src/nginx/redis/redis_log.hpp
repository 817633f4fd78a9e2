// What a link tells the log: what it was doing, that its node is away, that it is back.
#pragma once

#include <string>
#include <string_view>

#include "../realm/realm.hpp"
#include "redis_server.hpp"

namespace nginx {

class RedisLog {
public:
    // Server and realm must outlive it; the log is copied.
    RedisLog(const RedisServer& server, const Realm& realm, const ngx_log_t& log);
    RedisLog(const RedisLog&) = delete;
    RedisLog& operator=(const RedisLog&) = delete;

    // For nginx's own functions: their lines end "… while `action`".
    ngx_log_t* get() { return &log_; }

    // For our own lines, whatever nginx's may say.
    ngx_log_t* own() { return &own_; }

    void doing(const char* action);
    void belongs_to(const ngx_connection_t* connection);

    // Drops what nginx says below an alert.
    void hush() { log_.log_level = NGX_LOG_ALERT; }

    // Lets nginx speak again, but of an outage that has been told: each attempt says the same.
    void speak() { log_.log_level = told_ ? NGX_LOG_ALERT : own_.log_level; }

    // At most one line a second, and one a minute while the reason remains the same.
    void lost(std::string_view reason, ngx_err_t error);

    // Says so only where the loss was told.
    void restored();

private:
    const RedisServer& server_;
    const Realm& realm_;
    ngx_log_t log_;
    ngx_log_t own_;
    bool away_ = false;
    bool told_ = false;     // of this outage
    ngx_msec_t since_ = 0;  // when it began
    bool ever_ = false;     // a line was written, at
    ngx_msec_t written_ = 0;
    std::string reason_;  // that it gave
};

}  // namespace nginx
