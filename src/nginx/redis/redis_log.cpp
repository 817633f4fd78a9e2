#include "redis_log.hpp"

#include "../bridge.hpp"
#include "store_log.hpp"

namespace nginx {

namespace {

constexpr ngx_msec_t kSecond = 1000;
constexpr ngx_msec_t kMinute = 60 * kSecond;

u_char* append_action(ngx_log_t* log, u_char* buffer, size_t size) noexcept {
    return log->action == nullptr ? buffer : ngx_snprintf(buffer, size, " while %s", log->action);
}

}  // namespace

RedisLog::RedisLog(const RedisServer& server, const Realm& realm, const ngx_log_t& log)
    : server_(server), realm_(realm), own_(log) {
    own_.handler = append_action;
    own_.data = nullptr;
    own_.action = nullptr;
    log_ = own_;
}

void RedisLog::doing(const char* action) {
    own_.action = const_cast<char*>(action);
    log_.action = own_.action;
}

void RedisLog::belongs_to(const ngx_connection_t* connection) {
    own_.connection = connection == nullptr ? 0 : connection->number;
    log_.connection = own_.connection;
}

void RedisLog::lost(std::string_view reason, ngx_err_t error) {
    if (!away_) {
        away_ = true;
        since_ = ngx_current_msec;
    }

    const ngx_msec_t silence = ngx_current_msec - written_;
    const bool repeated = told_ && reason == reason_;
    if ((ever_ && silence < (repeated ? kMinute : kSecond)) || !StoreLog::own().admits(realm_)) {
        return;
    }

    ever_ = true;
    told_ = true;
    written_ = ngx_current_msec;
    reason_ = reason;

    ngx_str_t realm = str(server_.realm);
    ngx_str_t name = str(server_.name);
    ngx_str_t text = str(reason);
    ngx_log_error(NGX_LOG_ERR, &own_, error, "session: realm \"%V\" redis %V lost: %V", &realm,
                  &name, &text);
    speak();
}

void RedisLog::restored() {
    if (told_ && StoreLog::own().admits(realm_)) {
        const ngx_msec_t away = ngx_current_msec - since_;
        ngx_str_t realm = str(server_.realm);
        ngx_str_t name = str(server_.name);
        doing(nullptr);
        ngx_log_error(NGX_LOG_WARN, &own_, 0,
                      "session: realm \"%V\" redis %V restored after %M.%Ms", &realm, &name,
                      away / kSecond, away % kSecond / 100);
    }
    away_ = false;
    told_ = false;
    speak();
}

}  // namespace nginx
