#include "key_fetch.hpp"

#include <memory>

#include "../../jwt/key_set.hpp"
#include "../bridge.hpp"
#include "../request/report.hpp"
#include "../request/settle.hpp"
#include "../zone/zone.hpp"
#include "key_station.hpp"
#include "shared_keys.hpp"

namespace nginx {
namespace {

constexpr ngx_msec_t kSoon = 50;  // ms until what cannot be ended now is tried again

std::string age_of(const Realm& realm) {
    const auto fetched = zone_of(realm).keys->fetched.load(std::memory_order_acquire);
    return std::to_string((ngx_current_msec - fetched) / 1000);
}

// The response has a header that says so and a whole body.
bool is_whole(const ngx_http_request_t& request) {
    const off_t announced = request.headers_out.content_length_n;
    return request.headers_out.status == NGX_HTTP_OK && announced != 0;
}

void start_fetch(ngx_http_request_t* r, const Realm& realm) {
    if (!make_in_pool<KeyFetch>(r->main->pool, r->main, realm)->start()) {
        throw std::bad_alloc();
    }
}

enum class Awaited : std::uint8_t { nothing, own, other };

Awaited await_fetch(ngx_http_request_t* r, const Realm& realm) {
    if (take_lease(realm, has_keys(realm) ? KeyNeed::unknown : KeyNeed::missing)) {
        start_fetch(r, realm);
        return Awaited::own;
    }
    if (!is_being_fetched(realm)) {
        return Awaited::nothing;
    }
    const KeyFetch* own = find_in_pool<KeyFetch>(r->main->pool);
    return own != nullptr && !own->over() ? Awaited::own : Awaited::other;
}

}  // namespace

KeyFetch::KeyFetch(ngx_http_request_t* main, const Realm& realm)
    : main_(main), realm_(realm), timer_(main->connection->log, [this] { on_time(); }) {}

KeyFetch::~KeyFetch() {
    if (!over_) {
        close();  // the connection was lost, and the subrequest with it
    }
}

// The client's headers are for nobody but this server, and its body is still to be read by whom it
// is for.
bool KeyFetch::undress(ngx_http_request_t& request) const {
    ngx_pool_t* pool = main_->pool;
    request.headers_in = {};
    request.headers_in.content_length_n = -1;
    request.headers_in.keep_alive_n = -1;
    request.discard_body = 0;
    request.request_body =
        static_cast<ngx_http_request_body_t*>(ngx_pcalloc(pool, sizeof(ngx_http_request_body_t)));
    return request.request_body != nullptr &&
           ngx_list_init(&request.headers_in.headers, pool, 1, sizeof(ngx_table_elt_t)) == NGX_OK;
}

bool KeyFetch::start() {
    const KeyLocation& location = *realm_.key_location;
    auto* post = static_cast<ngx_http_post_subrequest_t*>(
        ngx_palloc(main_->pool, sizeof(ngx_http_post_subrequest_t)));
    if (post == nullptr) {
        return false;
    }
    post->handler = on_end;
    post->data = this;
    ngx_str_t uri = copy(main_->pool, location.uri);
    ngx_str_t arguments = copy(main_->pool, location.arguments);
    if (ngx_http_subrequest(main_, &uri, &arguments, &request_, post,
                            NGX_HTTP_SUBREQUEST_BACKGROUND) != NGX_OK ||
        !undress(*request_)) {
        return false;
    }
    request_->filter_need_in_memory = 1;
    timer_.start(kKeyFetchTimeout, false);
    return true;
}

KeyFetch* KeyFetch::find(const ngx_http_request_t* r) {
    for (; r != r->main; r = r->parent) {
        if (r->post_subrequest != nullptr && r->post_subrequest->handler == on_end) {
            return static_cast<KeyFetch*>(r->post_subrequest->data);
        }
    }
    return nullptr;
}

void KeyFetch::take(ngx_chain_t* in) {
    for (; in != nullptr; in = in->next) {
        ngx_buf_t* buf = in->buf;
        if (ngx_buf_in_memory(buf)) {
            const auto bytes = static_cast<std::size_t>(buf->last - buf->pos);
            too_large_ = too_large_ || body_.size() + bytes > kMostKeySetBytes;
            if (!too_large_ && !over_) {
                body_.append(reinterpret_cast<const char*>(buf->pos), bytes);
            }
        }
        buf->pos = buf->last;
        buf->file_pos = buf->file_last;
    }
}

// Nothing of the subrequest's end, its error page among others, is the client's business. It may be
// called again behind that page.
ngx_int_t KeyFetch::on_end(ngx_http_request_t* r, void* data, ngx_int_t rc) noexcept {
    auto* fetch = static_cast<KeyFetch*>(data);
    guarded(r->connection->log, [fetch, rc] { fetch->end(rc); });
    return r->connection->error ? rc : NGX_OK;
}

void KeyFetch::end(ngx_int_t rc) {
    if (over_) {
        return;
    }
    if (too_large_) {
        fail("it has more than " + std::to_string(kMostKeySetBytes) + " bytes");
    } else if (rc == NGX_OK && is_whole(*request_)) {
        accept();
    } else if (rc == NGX_OK || rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        const ngx_uint_t status =
            rc == NGX_OK ? request_->headers_out.status : static_cast<ngx_uint_t>(rc);
        fail("status " + std::to_string(status));
    } else {
        fail("the response broke off");
    }
}

void KeyFetch::accept() {
    auto parsed = jwt::parse_key_set(body_);
    if (const auto* error = std::get_if<std::string>(&parsed)) {
        fail(*error);
        return;
    }
    const auto& set = std::get<jwt::KeySet>(parsed);
    if (put_keys(realm_, body_)) {
        for (const std::string& warning : set.warnings) {
            log_line(main_, NGX_LOG_WARN, realm_,
                     "key_set " + quoted(realm_.key_location->uri) + ": " + warning);
        }
        log_line(main_, NGX_LOG_NOTICE, realm_,
                 "has other keys from " + quoted(realm_.key_location->uri) + ": " +
                     std::to_string(set.keys.size()));
    }
    close();
}

void KeyFetch::fail(const std::string& why) {
    const std::string state = has_keys(realm_)
                                  ? ", the keys of " + age_of(realm_) + " s ago are still used"
                                  : ", and there are none";
    log_line(main_, NGX_LOG_ERR, realm_,
             "cannot fetch its keys from " + quoted(realm_.key_location->uri) + ": " + why + state);
    close();
}

void KeyFetch::close() {
    over_ = true;
    timer_.stop();
    end_lease(realm_);
    keys_came(realm_);
}

// The request, and this with it, may be gone behind it.
void KeyFetch::on_time() {
    ngx_connection_t* c = main_->connection;
    guarded(c->log, [this] { give_up(); });
    ngx_http_run_posted_requests(c);
}

// The client's next request on the same connection must not wait for longer than this one. What is
// not in the hands of an upstream ends by itself.
void KeyFetch::give_up() {
    if (main_->blocked != 0 || request_->blocked != 0) {
        timer_.start(kSoon, false);
        return;
    }
    fail("no answer in " + std::to_string(kKeyFetchTimeout / 1000) + " s");
    const ngx_http_upstream_t* upstream = request_->upstream;
    if (upstream != nullptr && upstream->cleanup != nullptr && *upstream->cleanup != nullptr) {
        (*upstream->cleanup)(request_);  // ends the subrequest, and maybe the request
    }
}

void look_after_keys(ngx_http_request_t* r, const Realm& realm) {
    if (is_due(realm, KeyNeed::refresh) && has_keys(realm) && take_lease(realm, KeyNeed::refresh)) {
        start_fetch(r, realm);
    }
}

bool wait_for_keys(ngx_http_request_t* r, RequestState& state, const Realm& realm,
                   Suspension::Resume resume) {
    if (state.key_wait != nullptr) {
        return false;
    }
    const Awaited awaited = await_fetch(r, realm);
    if (awaited == Awaited::nothing) {
        return false;
    }
    state.key_wait = std::make_unique<KeyWait>(r, realm);
    state.key_wait->start(resume);
    // Whose own the fetch is stays until it has ended, for others wait for it too.
    if (awaited == Awaited::other && !watch_client(r)) {
        state.key_wait.reset();
        return false;
    }
    return true;
}

}  // namespace nginx
