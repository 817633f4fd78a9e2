// Fetches a realm's key set through a location of the request's server, behind the request: nothing
// of it reaches the client, and nothing of the client reaches the location.
#pragma once

#include <string>

#include "../ngx.hpp"
#include "../realm/realm.hpp"
#include "../request/request_state.hpp"
#include "../timer.hpp"

namespace nginx {

class KeyFetch {
public:
    // For who has the lease, in whose name the fetch is made; throws std::bad_alloc. Lives as long
    // as the request.
    KeyFetch(ngx_http_request_t* main, const Realm& realm);
    ~KeyFetch();
    KeyFetch(const KeyFetch&) = delete;
    KeyFetch& operator=(const KeyFetch&) = delete;

    bool start();
    bool over() const { return over_; }

    // That which the request, or one above it, makes; null where it makes none.
    static KeyFetch* find(const ngx_http_request_t* r);

    // The response as it comes.
    void take(ngx_chain_t* in);

private:
    static ngx_int_t on_end(ngx_http_request_t* r, void* data, ngx_int_t rc) noexcept;

    bool undress(ngx_http_request_t& request) const;
    void end(ngx_int_t rc);
    void accept();
    void fail(const std::string& why);
    void close();
    void on_time();
    void give_up();

    ngx_http_request_t* main_;
    const Realm& realm_;
    ngx_http_request_t* request_ = nullptr;
    std::string body_;
    bool too_large_ = false;
    bool over_ = false;
    Timer timer_;
};

// In passing: a set that is to be refreshed is fetched behind the request, which does not wait.
void look_after_keys(ngx_http_request_t* r, const Realm& realm);

// For a request whose token names a key that the realm does not have: whether it waits now, for a
// fetch that is on, or that it makes itself. Once a request.
bool wait_for_keys(ngx_http_request_t* r, RequestState& state, const Realm& realm,
                   Suspension::Resume resume);

}  // namespace nginx
