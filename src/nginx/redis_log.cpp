#include "redis_log.hpp"

#include "bridge.hpp"

namespace nginx {

namespace {

constexpr ngx_msec_t kSecond = 1000;
constexpr ngx_msec_t kMinute = 60 * kSecond;

u_char* append_action(ngx_log_t* log, u_char* buffer, size_t size) noexcept {
    return log->action == nullptr ? buffer : ngx_snprintf(buffer, size, " while %s", log->action);
}

}  // namespace

RedisLog::RedisLog(const RedisServer& server, const ngx_log_t& log)
    : server_(server), log_(log), level_(log.log_level) {
    log_.handler = append_action;
    log_.data = nullptr;
    log_.action = nullptr;
}

void RedisLog::belongs_to(const ngx_connection_t* connection) {
    log_.connection = connection == nullptr ? 0 : connection->number;
}

void RedisLog::lost(std::string_view reason, ngx_err_t error) {
    if (!away_) {
        away_ = true;
        since_ = ngx_current_msec;
    }

    const ngx_msec_t silence = ngx_current_msec - written_;
    const bool repeated = told_ && reason == reason_;
    if (ever_ && silence < (repeated ? kMinute : kSecond)) {
        return;
    }

    ever_ = true;
    told_ = true;
    written_ = ngx_current_msec;
    reason_ = reason;

    ngx_str_t realm = str(server_.realm);
    ngx_str_t name = str(server_.name);
    ngx_str_t text = str(reason);
    log_.log_level = level_;
    ngx_log_error(NGX_LOG_ERR, &log_, error, "session: realm \"%V\" redis %V lost: %V", &realm,
                  &name, &text);
    speak();
}

void RedisLog::restored() {
    if (told_) {
        const ngx_msec_t away = ngx_current_msec - since_;
        ngx_str_t realm = str(server_.realm);
        ngx_str_t name = str(server_.name);
        doing(nullptr);
        log_.log_level = level_;
        ngx_log_error(NGX_LOG_WARN, &log_, 0,
                      "session: realm \"%V\" redis %V restored after %M.%Ms", &realm, &name,
                      away / kSecond, away % kSecond / 100);
    }
    away_ = false;
    told_ = false;
    speak();
}

}  // namespace nginx
