// A request that waits for the store.
#pragma once

#include <vector>

#include "../redis/pipeline.hpp"
#include "ngx.hpp"
#include "redis_pool.hpp"

namespace nginx {

// Lives on the heap, outside the request's pool, and withdraws its question when it is destroyed.
// Replies are kept and an event is posted: the request goes on from the event loop, never from
// inside the connection's read.
class Lookup final : public redis::Asker {
public:
    using Resume = void (*)(ngx_http_request_t* r, std::vector<redis::Reply> replies) noexcept;

    // `resume` gets the replies, none where there was no answer; it may free the request and this
    // object.
    Lookup(ngx_http_request_t* r, RedisPool& pool, Resume resume);
    ~Lookup();

    Lookup(const Lookup&) = delete;
    Lookup& operator=(const Lookup&) = delete;

    // False: the store cannot be asked now, and `resume` is not called.
    bool start(std::vector<redis::Arguments> commands);

    void replied(std::vector<redis::Reply> replies) override;
    void unanswered() override;

private:
    static void wake(ngx_event_t* event) noexcept;

    ngx_http_request_t* request_;
    RedisPool& pool_;
    Resume resume_;
    ngx_event_t event_ = {};
    std::vector<redis::Reply> replies_;
    bool waiting_ = false;
};

}  // namespace nginx
