#include "store_log.hpp"

#include "bridge.hpp"
#include "zone.hpp"

namespace nginx {
namespace {

constexpr unsigned kLinesASecond = 10;
constexpr ngx_msec_t kSecond = 1000;

}  // namespace

StoreLog& StoreLog::own() {
    static StoreLog log;
    return log;
}

StoreLog::StoreLog() : limit_(kLinesASecond) {
    timer_owner_.fd = static_cast<ngx_socket_t>(-1);
    timer_owner_.data = this;
    timer_.data = &timer_owner_;
    timer_.handler = on_timer;
    timer_.cancelable = 1;
}

bool StoreLog::admits(const Realm& realm) {
    if (limit_.admits(ngx_time())) {
        return true;
    }
    note(realm);
    return false;
}

void StoreLog::leave_out(const Realm& realm) {
    limit_.leave_out();
    note(realm);
}

void StoreLog::note(const Realm& realm) {
    count(counters(realm).left_out);
    if (!timer_.timer_set) {
        timer_.log = ngx_cycle->log;
        ngx_add_timer(&timer_, kSecond);
    }
}

void StoreLog::close() {
    if (timer_.timer_set) {
        ngx_del_timer(&timer_);
    }
    tell();
}

void StoreLog::on_timer(ngx_event_t* event) noexcept {
    static_cast<StoreLog*>(static_cast<ngx_connection_t*>(event->data)->data)->tell();
}

void StoreLog::tell() {
    const auto lines = static_cast<ngx_uint_t>(limit_.take());
    if (lines > 0) {
        ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                      "session: %ui more line%s about stores left out", lines,
                      lines == 1 ? "" : "s");
    }
}

}  // namespace nginx
