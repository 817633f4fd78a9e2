// A request that waits for answers of the store, and goes on from the event loop.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "../../redis/resp.hpp"
#include "../ngx.hpp"

namespace nginx {

// Lives on the heap, outside the request's pool. Answers are kept and an event is posted: the
// request never goes on from inside a connection's read.
class Suspension {
public:
    // Gets the replies, none where there was no answer. True: the request goes on; false: more was
    // asked.
    using Take = std::function<bool(const std::vector<redis::Reply>& replies)>;
    // Goes on with the request, `taken` unless Take threw; may free the request and all that is
    // its.
    using Resume = void (*)(ngx_http_request_t* r, bool taken) noexcept;

    explicit Suspension(ngx_http_request_t* r);
    ~Suspension();

    Suspension(const Suspension&) = delete;
    Suspension& operator=(const Suspension&) = delete;

    void expect(Take take, Resume resume);
    Resume resume() const { return resume_; }

    // What was expected has come, and is taken in this turn of the event loop or in the next one.
    enum class Turn : std::uint8_t { own, next };
    void post(std::vector<redis::Reply> replies, Turn turn = Turn::own);
    bool posted() const { return event_.posted != 0; }

private:
    static void wake(ngx_event_t* event) noexcept;

    void go_on();

    ngx_http_request_t* request_;
    Take take_;
    Resume resume_ = nullptr;
    ngx_event_t event_ = {};
    std::vector<redis::Reply> replies_;
};

}  // namespace nginx
