#include "store_log.hpp"

#include "../zone/zone.hpp"

namespace nginx {
namespace {

constexpr unsigned kLinesASecond = 10;
constexpr ngx_msec_t kSecond = 1000;

}  // namespace

StoreLog& StoreLog::own() {
    static StoreLog log;
    return log;
}

StoreLog::StoreLog() : limit_(kLinesASecond) {}

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
    if (!timer_ || !timer_->is_set()) {
        timer_.emplace(ngx_cycle->log, [this] { tell(); });  // whose log may be another one by now
        timer_->start(kSecond);
    }
}

void StoreLog::close() {
    timer_.reset();
    tell();
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
