// Commands of a request to the store, and what comes back.
#pragma once

#include <optional>
#include <vector>

#include "../../redis/pipeline.hpp"
#include "../ngx.hpp"
#include "../redis/store_meter.hpp"
#include "../store.hpp"
#include "../work_slice.hpp"
#include "suspension.hpp"

namespace nginx {

// Withdraws its question when it is destroyed.
class Exchange final : public redis::Asker {
public:
    Exchange(ngx_http_request_t* r, Store& store);
    ~Exchange();

    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    // False: the store cannot be asked now, and nobody is called. Scripts are sent by their digest,
    // and whole where the server does not know them.
    bool start(redis::Commands commands, Suspension::Take take, Suspension::Resume resume);

    bool is_with(const Store& store) const { return &store_ == &store; }
    bool waiting() const { return waiting_ || suspension_.posted(); }

    void replied(std::vector<redis::Reply> replies) override;
    void unanswered() override;

private:
    Suspension::Turn turn();
    void expect();
    bool ask(redis::Commands commands);
    bool take(const std::vector<redis::Reply>& replies);

    Store& store_;
    StoreTimer timer_;
    Suspension suspension_;
    Suspension::Take take_;
    Suspension::Resume resume_ = nullptr;
    redis::Commands whole_;  // the commands with their scripts, to be sent once more
    bool waiting_ = false;
    bool asking_ = false;             // an answer that comes now was there at once
    std::optional<WorkSlice> slice_;  // of a store that answers at once
    bool put_off_ = false;            // to the next turn, which begins another slice
};

}  // namespace nginx
