// A request that waits for the store.
#pragma once

#include <functional>
#include <vector>

#include "../redis/pipeline.hpp"
#include "ngx.hpp"
#include "redis_pool.hpp"

namespace nginx {

// Lives on the heap, outside the request's pool, and withdraws its question when it is destroyed.
// Replies are kept and an event is posted: the request goes on from the event loop, never from
// inside the connection's read.
class Exchange final : public redis::Asker {
public:
    // Gets the replies, none where there was no answer. True: the request goes on; false: more was
    // asked by start().
    using Take = std::function<bool(const std::vector<redis::Reply>& replies)>;
    // Goes on with the request, `taken` unless Take threw; may free the request and this object.
    using Resume = void (*)(ngx_http_request_t* r, bool taken) noexcept;

    Exchange(ngx_http_request_t* r, RedisPool& pool);
    ~Exchange();

    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    // False: the store cannot be asked now, and nobody is called. Scripts are sent by their digest,
    // and whole where the server does not know them.
    bool start(std::vector<redis::Arguments> commands, Take take, Resume resume);

    bool is_with(const RedisPool& pool) const { return &pool_ == &pool; }
    bool waiting() const { return waiting_ || event_.posted != 0; }

    void replied(std::vector<redis::Reply> replies) override;
    void unanswered() override;

private:
    static void wake(ngx_event_t* event) noexcept;

    void go_on();
    bool send_whole();

    ngx_http_request_t* request_;
    RedisPool& pool_;
    std::vector<redis::Arguments> whole_;  // the commands with their scripts
    Take take_;
    Resume resume_ = nullptr;
    ngx_event_t event_ = {};
    std::vector<redis::Reply> replies_;
    bool waiting_ = false;
};

}  // namespace nginx
