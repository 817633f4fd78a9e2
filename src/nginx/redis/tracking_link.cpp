#include "tracking_link.hpp"

#include <algorithm>
#include <utility>

#include "../../session/keys.hpp"
#include "../time.hpp"

namespace nginx {
namespace {

constexpr ngx_msec_t kRetry = 200;             // ms, after a loss
constexpr ngx_msec_t kUntrackedRetry = 30000;  // ms, where the server does not track

std::vector<std::string> prefixes(const std::string& prefix) {
    return {prefix + "revoked:", prefix + "stale:", session::epoch_key(prefix, "")};
}

}  // namespace

TrackingLink::TrackingLink(RedisServerPtr server, const Realm& realm, const ngx_log_t& log,
                           Owner& owner)
    : server_(std::move(server)),
      realm_(realm),
      owner_(owner),
      log_(*server_, realm, log),
      next_(ngx_current_msec) {}

// A server that is late with a sign of life is asked no more: a connection that may have lost
// something proves nothing.
void TrackingLink::attend(bool is_down) {
    if (!connected_) {
        if (!is_down && has_come(next_)) {
            connect();
        }
        return;
    }
    const auto stale = static_cast<ngx_msec_t>(realm_.policy.max_stale_ms);
    const auto oldest = tracking_->oldest_ping();
    const ngx_msec_t late =
        oldest ? *oldest + std::max<ngx_msec_t>(stale, server_->timeout) : next_;
    if ((oldest || !established_) && has_come(late)) {
        broken("timed out", 0);
        return;
    }
    if (established_ && has_come(pinged_ + stale / 4)) {
        ping();
    }
}

void TrackingLink::connect() {
    tracking_ = std::make_unique<redis::Tracking>(login_of(*server_),
                                                  prefixes(realm_.policy.store_prefix), *this);
    stream_ = std::make_unique<RedisStream>(*server_, *tracking_, log_, *this);
    connected_ = true;
    refused_ = false;
    next_ = ngx_current_msec + server_->connect_timeout;
    stream_->open(server_->addresses[address_]);
}

void TrackingLink::ping() {
    pinged_ = ngx_current_msec;
    tracking_->ping(ngx_current_msec);
    stream_->send_soon();
}

void TrackingLink::disconnect(ngx_msec_t wait) {
    if (!connected_) {
        return;
    }
    connected_ = false;
    proven_ = 0;
    next_ = ngx_current_msec + wait;
    stream_->close();
    if (std::exchange(established_, false)) {
        owner_.broken();
    }
}

void TrackingLink::tracking() {
    established_ = true;
    owner_.established();
    log_.restored();
    stream_->settle();
    stream_->set_idle(true);
    ping();
}

void TrackingLink::not_tracking(std::string_view reason) {
    refused_ = true;
    owner_.refused(*server_, reason);
}

void TrackingLink::proven(std::uint64_t stamp) {
    proven_ = stamp;
    owner_.proven();
}

void TrackingLink::broken(std::string_view reason, ngx_err_t error) {
    if (!refused_) {
        log_.lost(reason, error);
    }
    address_ = (address_ + 1) % server_->addresses.size();
    disconnect(refused_ ? kUntrackedRetry : kRetry);
}

void TrackingLink::abandoned() {
    disconnect(kRetry);
}

}  // namespace nginx
