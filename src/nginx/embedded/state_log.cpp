#include "state_log.hpp"

#include "../bridge.hpp"

namespace nginx {
namespace {

constexpr ngx_msec_t kSecond = 1000;
constexpr ngx_msec_t kMinute = 60 * kSecond;

}  // namespace

StateLog::StateLog(const Realm& realm, const ngx_log_t& log) : realm_(realm), log_(log) {}

void StateLog::told(const store::Report& report) {
    for (const std::string& note : report.notes) {
        write(NGX_LOG_WARN, 0, note);
    }
    if (report.failure) {
        failed(*report.failure);
    } else if (!report.elsewhere) {
        restored();
    }
}

void StateLog::silent() {
    failed({"the disk does not answer", 0});
}

void StateLog::compacted(const store::Report& report) {
    if (report.failure && (complained_ == 0 || ngx_current_msec - complained_ >= kMinute)) {
        complained_ = ngx_current_msec;
        write(NGX_LOG_ERR, report.failure->code, "stays long: " + report.failure->what);
    }
}

void StateLog::failed(const store::Failure& failure) {
    if (!away_) {
        away_ = true;
        since_ = ngx_current_msec;
    }
    const ngx_msec_t silence = ngx_current_msec - written_;
    if (written_ != 0 && silence < (failure.what == reason_ ? kMinute : kSecond)) {
        return;
    }
    written_ = ngx_current_msec;
    reason_ = failure.what;
    write(NGX_LOG_CRIT, failure.code, "is not written, nothing is acknowledged: " + failure.what);
}

void StateLog::restored() {
    if (away_ && !reason_.empty()) {
        const ngx_msec_t away = ngx_current_msec - since_;
        write(NGX_LOG_WARN, 0,
              "is written again after " + std::to_string(away / kSecond) + "." +
                  std::to_string(away % kSecond / 100) + "s");
        reason_.clear();
    }
    away_ = false;
}

void StateLog::write(ngx_uint_t level, ngx_err_t error, std::string_view text) {
    const ngx_str_t realm = str(realm_.policy.realm);
    const ngx_str_t path = str(realm_.state);
    const ngx_str_t what = str(text);
    ngx_log_error(level, &log_, error, "session: realm \"%V\" state \"%V\" %V", &realm, &path,
                  &what);
}

}  // namespace nginx
