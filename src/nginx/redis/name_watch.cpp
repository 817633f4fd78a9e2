#include "name_watch.hpp"

#include <algorithm>
#include <utility>

#include "../bridge.hpp"
#include "redis_address.hpp"
#include "store_log.hpp"

namespace nginx {
namespace {

constexpr ngx_msec_t kSecond = 1000;
constexpr ngx_msec_t kPause = 500;             // ms, at least, between two questions
constexpr ngx_msec_t kDefaultTimeout = 30000;  // of "resolver_timeout"

const ngx_http_core_loc_conf_t& core_of(const Realm& realm) {
    const auto* http = reinterpret_cast<ngx_http_conf_ctx_t*>(
        ngx_get_conf(realm.cycle->conf_ctx, ngx_http_module));
    return *static_cast<ngx_http_core_loc_conf_t*>(http->loc_conf[ngx_http_core_module.ctx_index]);
}

}  // namespace

// An http block without the directive gets one of no use from nginx.
ngx_resolver_t* resolver_of(const Realm& realm) {
    ngx_resolver_t* resolver = core_of(realm).resolver;
    return resolver == nullptr || resolver->connections.nelts == 0 ? nullptr : resolver;
}

NameWatch::NameWatch(const Realm& realm, std::string host, in_port_t port, const ngx_log_t& log,
                     Owner& owner, const std::vector<RedisAddress>& known)
    : realm_(realm),
      host_(std::move(host)),
      port_(port),
      log_(log),
      owner_(owner),
      known_(names_of(known)),
      timer_(&log_, [this] { ask(); }) {}

NameWatch::~NameWatch() {
    close();
    if (end_ != nullptr) {
        end_->handler = nullptr;
    }
}

// Where the only process outlives its configuration, the resolver may end before the realm does,
// and its questions with it. What is registered last is called first.
void NameWatch::end_before_resolver() {
    if (ngx_process != NGX_PROCESS_SINGLE || end_ != nullptr) {
        return;
    }
    end_ = ngx_pool_cleanup_add(realm_.cycle->pool, 0);
    if (end_ == nullptr) {
        throw std::bad_alloc();
    }
    end_->handler = on_end;
    end_->data = this;
}

void NameWatch::on_end(void* watch) noexcept {
    auto* own = static_cast<NameWatch*>(watch);
    own->end_ = nullptr;
    own->close();
}

void NameWatch::open() {
    end_before_resolver();
    if (!std::exchange(open_, true)) {
        timer_.start(0);
    }
}

void NameWatch::close() {
    open_ = false;
    timer_.stop();
    if (context_ != nullptr) {
        ngx_resolve_name_done(std::exchange(context_, nullptr));
    }
}

void NameWatch::look_soon() {
    if (open_ && context_ == nullptr) {
        timer_.start_at(asked_ + kPause);
    }
}

void NameWatch::ask() {
    if (ngx_exiting) {
        return;
    }
    asked_ = ngx_current_msec;
    timer_.start(kSecond);
    const ngx_msec_t timeout = core_of(realm_).resolver_timeout;
    ngx_resolver_ctx_t* context = ngx_resolve_start(resolver_of(realm_), nullptr);
    if (context == nullptr || context == NGX_NO_RESOLVER) {
        return;
    }
    context->name = str(host_);
    context->handler = on_answer;
    context->data = this;
    context->timeout = timeout == NGX_CONF_UNSET_MSEC ? kDefaultTimeout : timeout;
    context->cancelable = 1;
    context_ = context;
    timer_.stop();
    if (ngx_resolve_name(context) != NGX_OK) {  // which frees it
        context_ = nullptr;
        timer_.start(kSecond);
    }
}

void NameWatch::on_answer(ngx_resolver_ctx_t* context) noexcept {
    auto* watch = static_cast<NameWatch*>(context->data);
    watch->context_ = nullptr;
    watch->timer_.start(kSecond);
    guarded(&watch->log_, [&] { watch->answered(*context); });
    ngx_resolve_name_done(context);
}

void NameWatch::answered(ngx_resolver_ctx_t& context) {
    if (context.state != NGX_OK || context.naddrs == 0) {
        failed(context.state);
        return;
    }
    const time_t left = std::max<time_t>(context.valid - ngx_time(), 1);
    timer_.start(static_cast<ngx_msec_t>(left) * kSecond);
    told_ = false;
    std::vector<RedisAddress> addresses;
    for (ngx_uint_t i = 0; i < context.naddrs; ++i) {
        const ngx_resolver_addr_t& found = context.addrs[i];
        addresses.push_back(address_of(*found.sockaddr, found.socklen, port_));
    }
    // The resolver turns them round with each answer.
    std::string names = names_of(addresses);
    if (names != known_) {
        known_ = std::move(names);
        owner_.resolved(std::move(addresses));
    }
}

// What was known goes on being used.
void NameWatch::failed(ngx_int_t state) {
    if (!std::exchange(told_, true) && StoreLog::own().admits(realm_)) {
        ngx_str_t realm = str(realm_.policy.realm);
        ngx_str_t host = str(host_);
        ngx_log_error(NGX_LOG_ERR, &log_, 0,
                      "session: realm \"%V\" redis name \"%V\" could not be resolved (%i: %s)",
                      &realm, &host, state, ngx_resolver_strerror(state));
    }
    if (known_.empty()) {
        owner_.unresolved();
    }
}

}  // namespace nginx
